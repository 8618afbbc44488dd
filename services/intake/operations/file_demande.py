"""The filing: one transaction that asks nobody (house §2). Judged by the catalogue, guarded against doubles, numbered, told."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import structlog
from prometheus_client import Counter

from services.intake.domain.doublon import Demarche, DoublonConfirme, sorties
from services.intake.domain.errors import BrouillonEndedError, DepotRefusedError, DoublonError, NumerotationExhaustedError
from services.intake.domain.numero import number_demande
from services.intake.operations.check_depot import DepotVerifie, check_depot
from services.intake.operations.check_pieces import Recus, champ_of
from services.intake.operations.droits import Acte, check_right
from services.intake.operations.regles import Regles, read_regles
from services.intake.store import brouillons, depots
from services.intake.store.depots import DepotEnregistre
from shared.contracts.depots import Depot, PersonneConcernee
from shared.contracts.evenements import DemandeDeposee, event_subject
from shared.contracts.http.intake import AccuseVue, DepotRequest
from shared.contracts.perimetre import Perimetre
from shared.kernel.clock import Clock
from shared.kernel.errors import FieldError
from shared.kernel.identifiers import NumeroDemande, StructureId
from shared.plumbing import idempotence
from shared.plumbing.audit import record_act
from shared.plumbing.database import AsyncSession
from shared.plumbing.outbox import record_fact
from shared.plumbing.reference import ReferenceReader

log = structlog.get_logger(__name__)
CREATED: Final = 201
_SUIVI: Final = "suivi_demande_assure"
_AVERTIR: Final = "avertir_bloquant"
# The service in charge, as the acknowledgement names it (CRPA R112-11-1), by queue of the motif.
_SERVICES: Final = {
    "generale": "service des demandes partenaires",
    "mas": "mission accompagnement santé",
    "partenariat": "service partenariat",
}
_deposees = Counter("demandes_deposees_total", "Demandes filed.", ["offre"])
_doublons = Counter("demandes_doublons_total", "Duplicate warnings, by what followed.", ["outcome"])
_sante = Counter("depot_donnees_sante_total", "Filings with a health word, by what followed; never the text (domain RG-03).", ["outcome"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Guichet:
    """What the filing needs besides the database. `secret`: key of the duplicate guard's hash."""

    reference: ReferenceReader
    recus: Recus
    secret: bytes
    clock: Clock


async def file_demande(session: AsyncSession, requete: DepotRequest, cle: UUID, *, perimetre: Perimetre, guichet: Guichet) -> AccuseVue:
    """The acknowledgement of a filing, or the one already given for this key (trust §4).

    Raises: RoleRefusedError, OffreClosedError, OffreNotFoundError; DepotRefusedError; DoublonError; BrouillonEndedError;
    IdempotencyKeyReusedError; NumerotationExhaustedError; DependencyUnavailableError while reference data is missing.
    """
    structure_id = check_right(perimetre, Acte.FILE_DEMANDE)
    empreinte = idempotence.fingerprint(requete)
    if stored := await idempotence.replay(session, perimetre, cle, empreinte):
        return AccuseVue.model_validate(stored.corps)
    regles = await read_regles(session, perimetre.caisse_code, structure_id, guichet.reference, now=guichet.clock.now())
    verifie = _checked(requete, regles, perimetre, guichet.recus)
    doublon_cle = _doublon_key(verifie, structure_id, guichet.secret)
    confirme = await _pass_guard(session, doublon_cle, verifie, regles, perimetre)
    if requete.brouillon_id is not None and not await brouillons.delete_brouillon(session, requete.brouillon_id, perimetre):
        raise BrouillonEndedError(requete.brouillon_id)
    await _claim_pieces(session, verifie, perimetre, regles)
    numero = await _number(session, perimetre, regles)  # from here on nothing is refused: the counter's row is locked
    accuse = _accuse(numero, verifie, regles, perimetre)
    depot = _depot(numero, verifie, confirme, regles, perimetre, structure_id)
    await depots.insert_depot(session, DepotEnregistre(accuse=accuse, depot=depot), perimetre, doublon_cle=doublon_cle)
    await record_act(session, perimetre, "file_demande", objet="demande", objet_id=numero, now=regles.now)
    await _tell(session, depot)
    await idempotence.store(session, perimetre, cle, empreinte, statut=CREATED, corps=accuse)
    _deposees.labels(verifie.offre.code).inc()
    return accuse


def _checked(requete: DepotRequest, regles: Regles, perimetre: Perimetre, recus: Recus) -> DepotVerifie:
    try:
        verifie = check_depot(requete, regles, perimetre, recus)
    except DepotRefusedError as error:
        if any(faute.code == "donnees-sante" for faute in error.fields):
            _sante.labels("avertie").inc()
        raise
    if verifie.sante_justifiee:
        _sante.labels("justifiee").inc()
    return verifie


def _doublon_key(verifie: DepotVerifie, structure_id: StructureId, secret: bytes) -> str | None:
    if verifie.personne is None:
        return None
    return Demarche(
        structure_id=structure_id,
        nom=verifie.personne.nom,
        prenom=verifie.personne.prenom,
        date_naissance=verifie.personne.date_naissance,
        offre=verifie.offre.code,
        motif=verifie.motif.code,
    ).key(secret)


async def _pass_guard(
    session: AsyncSession, cle: str | None, verifie: DepotVerifie, regles: Regles, perimetre: Perimetre
) -> DoublonConfirme | None:
    """BU-5: None when nothing is open; what was confirmed otherwise. Raises: DoublonError."""
    ouverte = await depots.find_doublon(session, cle, perimetre) if cle else None
    if ouverte is None:
        return None
    confirmable = regles.referentiel.parametres.doublon == _AVERTIR
    if verifie.doublon_confirme and confirmable:
        _doublons.labels("confirme").inc()
        return DoublonConfirme(ouverte, verifie.doublon_justification)
    _doublons.labels("averti").inc()
    suivis = [motif.code for offre in regles.referentiel.offres for motif in regles.motifs(offre)]
    raise DoublonError(ouverte, sorties(suivi_possible=_SUIVI in suivis, confirmation_possible=confirmable))


async def _claim_pieces(session: AsyncSession, verifie: DepotVerifie, perimetre: Perimetre, regles: Regles) -> None:
    """A file serves once (ux F23). Raises: DepotRefusedError."""
    ids = [UUID(piece.id) for piece in verifie.pieces]
    libres = await depots.claim_pieces(session, ids, perimetre, now=regles.now)
    fautes = tuple(
        FieldError(champ_of(rang), f"« {piece.nom} » est déjà joint à une autre demande : joignez-le à nouveau", "deja-depose")
        for rang, piece in enumerate(verifie.pieces)
        if ids[rang] not in libres
    )
    if fautes:
        raise DepotRefusedError(fautes)


async def _number(session: AsyncSession, perimetre: Perimetre, regles: Regles) -> NumeroDemande:
    """Raises: NumerotationExhaustedError, which someone must see."""
    annee = regles.jour.year  # local year of the filing, even when the commit falls after midnight (house §9.9)
    rang = await depots.take_rang(session, perimetre.caisse_code, annee)
    try:
        return number_demande(annee, perimetre.caisse_code, rang)
    except NumerotationExhaustedError:
        log.error("numerotation_exhausted", caisse_code=perimetre.caisse_code, count=rang)  # noqa: TRY400  no trace needed: it says it all
        raise


def _accuse(numero: NumeroDemande, verifie: DepotVerifie, regles: Regles, perimetre: Perimetre) -> AccuseVue:
    return AccuseVue(
        numero=numero,
        deposee_le=regles.now,
        offre=verifie.offre.code,
        offre_libelle=verifie.offre.libelle,
        motif=verifie.motif.code,
        motif_libelle=verifie.motif.libelle,
        demandeur_nom=perimetre.nom,
        personne=_called(verifie.personne, regles),
        service=f"{regles.referentiel.libelle} – {_SERVICES.get(verifie.motif.file_attente, _SERVICES['generale'])}",
        pieces=[piece.nom for piece in verifie.pieces],
    )


def _called(personne: PersonneConcernee | None, regles: Regles) -> str:
    """« Madame FICTIVE Jeanne »; nothing without a person."""
    if personne is None:
        return ""
    civilite = regles.referentiel.enumerations["civilite"].get(personne.civilite, "")
    return f"{civilite} {personne.nom.upper()} {personne.prenom}".strip()


def _depot(
    numero: NumeroDemande,
    verifie: DepotVerifie,
    confirme: DoublonConfirme | None,
    regles: Regles,
    perimetre: Perimetre,
    structure_id: StructureId,
) -> Depot:
    return Depot(
        numero=numero,
        caisse_code=perimetre.caisse_code,
        structure_id=str(structure_id),
        demandeur_id=str(perimetre.acteur_id),
        demandeur_nom=perimetre.nom,
        deposee_le=regles.now,
        offre=verifie.offre.code,
        motif=verifie.motif.code,
        referentiel_version=regles.referentiel.version,
        personne=verifie.personne,
        commentaire=verifie.commentaire,
        precisions=verifie.precisions,
        consentement=verifie.consentement,
        doublon_justification=confirme.justification if confirme else "",
        doublon_numero=confirme.numero if confirme else None,
        pieces=verifie.pieces,
    )


async def _tell(session: AsyncSession, depot: Depot) -> None:
    fait = DemandeDeposee(
        numero=depot.numero,
        caisse_code=depot.caisse_code,
        structure_id=depot.structure_id,
        demandeur_id=depot.demandeur_id,
        deposee_le=depot.deposee_le,
        piece_jointe_ids=[piece.id for piece in depot.pieces],
    )
    await record_fact(session, event_subject("demande", "deposee"), fait, source="intake", about=depot.numero)
