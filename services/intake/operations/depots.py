"""What was filed, for those who may read it."""

from uuid import UUID
from zoneinfo import ZoneInfo

from services.intake.domain.errors import DemandeNotFoundError, DepotUnknownError
from services.intake.domain.numero import is_numero
from services.intake.operations.droits import Acte, check_right
from services.intake.store import depots
from shared.contracts.depots import Depot
from shared.contracts.http.intake import AccuseVue, DepotVue, NonOuverteVue
from shared.contracts.perimetre import Perimetre
from shared.kernel.clock import Clock
from shared.kernel.identifiers import NumeroDemande
from shared.plumbing import idempotence
from shared.plumbing.audit import record_act
from shared.plumbing.database import AsyncSession
from shared.plumbing.reference import ReferenceReader


async def list_non_ouvertes(
    session: AsyncSession, *, perimetre: Perimetre, reference: ReferenceReader, clock: Clock
) -> list[NonOuverteVue]:
    """The filings of the structure that no case shows yet, newest first."""
    check_right(perimetre, Acte.READ_DEPOT)
    deposees = await depots.list_non_ouvertes(session, perimetre)
    if not deposees:
        return []
    referentiel = await reference.referentiel(session, perimetre.caisse_code, at=clock.now())
    fuseau = ZoneInfo(referentiel.parametres.fuseau)
    return [
        NonOuverteVue(**accuse.model_dump(), de_moi=demandeur_id == perimetre.acteur_id, jour=accuse.deposee_le.astimezone(fuseau).date())
        for accuse, demandeur_id in deposees
    ]


async def read_demande(session: AsyncSession, numero: str, *, perimetre: Perimetre, clock: Clock) -> DepotVue:
    """What the structure filed, until the case is open. Raises: DemandeNotFoundError."""
    check_right(perimetre, Acte.READ_DEPOT)
    enregistre = await _get(session, numero, perimetre)
    if enregistre.depot is None:
        raise DemandeNotFoundError(NumeroDemande(numero))
    await record_act(session, perimetre, "read_depot", objet="demande", objet_id=numero, now=clock.now())
    accuse = enregistre.accuse
    return DepotVue(depot=enregistre.depot, offre_libelle=accuse.offre_libelle, motif_libelle=accuse.motif_libelle)


async def read_accuse(session: AsyncSession, numero: str, *, perimetre: Perimetre) -> AccuseVue:
    """The acknowledgement, kept as long as the demande. Raises: DemandeNotFoundError."""
    check_right(perimetre, Acte.READ_DEPOT)
    return (await _get(session, numero, perimetre)).accuse


async def read_filed(session: AsyncSession, cle: UUID, *, perimetre: Perimetre) -> AccuseVue:
    """What this account filed with this key in the last day. Raises: DepotUnknownError."""
    check_right(perimetre, Acte.READ_DEPOT)
    stored = await idempotence.recall(session, perimetre, cle)
    if stored is None:
        raise DepotUnknownError
    return AccuseVue.model_validate(stored.corps)


async def tell_depot(session: AsyncSession, numero: str, *, perimetre: Perimetre) -> Depot:
    """The whole content, once, for the service that opens the case. Raises: DemandeNotFoundError."""
    enregistre = await _get(session, numero, perimetre)
    if enregistre.depot is None:
        raise DemandeNotFoundError(NumeroDemande(numero))
    return enregistre.depot


async def _get(session: AsyncSession, numero: str, perimetre: Perimetre) -> depots.DepotEnregistre:
    enregistre = await depots.get_depot(session, NumeroDemande(numero), perimetre) if is_numero(numero) else None
    if enregistre is None:
        raise DemandeNotFoundError(NumeroDemande(numero))
    return enregistre
