"""Another motif, in one action (domain §5.1, §6.3); and the redaction of a comment (RG-03)."""

from uuid import UUID

from services.case.domain.demande import Personne
from services.case.domain.errors import DemandeNotFoundError
from services.case.domain.requalification import requalify
from services.case.operations.dossier import acteur_of, load_dossier, save_dossier
from services.case.operations.droits import Acte
from services.case.operations.regles import motif_of, regles_of
from services.case.operations.tools import Tools
from services.case.store import messages
from shared.contracts.depots import PersonneConcernee
from shared.contracts.perimetre import Perimetre
from shared.kernel.identifiers import NumeroDemande
from shared.plumbing.database import AsyncSession

CAVIARDE = "[Contenu retiré par la caisse]"


async def requalify_demande(
    session: AsyncSession,
    numero: NumeroDemande,
    offre: str,
    motif: str,
    *,
    personne: PersonneConcernee | None = None,
    perimetre: Perimetre,
    tools: Tools,
) -> None:
    """Clocks start again from the filing; `personne` is typed when the first form had no block for it.

    Raises: MotifRefusedError, DemandeAlreadyResolvedError, DemandeNotFoundError, ActeForbiddenError.
    """
    dossier = await load_dossier(session, numero, perimetre=perimetre, tools=tools, acte=Acte.REQUALIFY)
    nouveau = motif_of(dossier.referentiel, offre, motif)
    requalify(
        dossier.demande,
        nouveau,
        Personne(**personne.model_dump()) if personne else None,
        acteur_of(perimetre),
        now=dossier.now,
        parametres=regles_of(dossier.referentiel, offre, motif).parametres,
    )
    await save_dossier(session, dossier, perimetre=perimetre, acte=Acte.REQUALIFY)


async def redact_message(session: AsyncSession, numero: NumeroDemande, message_id: UUID, *, perimetre: Perimetre, tools: Tools) -> None:
    """Replace a text for good: the original is destroyed, the act is in the history. Raises: DemandeNotFoundError."""
    dossier = await load_dossier(session, numero, perimetre=perimetre, tools=tools, acte=Acte.REDACT)
    if not await messages.redact(session, numero, message_id, CAVIARDE, perimetre=perimetre, now=dossier.now):
        raise DemandeNotFoundError(numero)
    dossier.demande.note_act("redact", acteur_of(perimetre), dossier.now)
    await save_dossier(session, dossier, perimetre=perimetre, acte=Acte.REDACT)
