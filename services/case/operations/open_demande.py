"""Opening the record on the fact `deposee`: case owns the content from then on (house §2)."""

from uuid import UUID

from services.case.domain.demande import Personne
from services.case.domain.ouverture import DemandeDeposee
from services.case.domain.ouverture import open_demande as open_record
from services.case.domain.piece_jointe import PieceJointe, PieceSens
from services.case.domain.publication import leave_out_pieces
from services.case.domain.saisine_mas import Consentement
from services.case.operations.receipts import apply_known_verdict
from services.case.operations.regles import motif_of, regles_of
from services.case.operations.tools import Tools
from services.case.store import demandes, facts
from shared.contracts.depots import Depot
from shared.contracts.perimetre import Perimetre, systeme
from shared.kernel.identifiers import CaisseCode, CompteId, NumeroDemande, PieceJointeId, StructureId, new_id
from shared.plumbing.audit import record_act
from shared.plumbing.database import AsyncSession


async def is_open(session: AsyncSession, numero: NumeroDemande, *, perimetre: Perimetre) -> bool:
    """Whether the record is there: intake may have let the content go since."""
    return await demandes.has_demande(session, numero, perimetre)


async def open_demande(session: AsyncSession, depot: Depot, *, tools: Tools) -> None:
    """Open the record once; a number already open is left as it is.

    Raises: DependencyUnavailableError while this service's copy lacks the version the filing was judged by.
    """
    numero, caisse_code = NumeroDemande(depot.numero), CaisseCode(depot.caisse_code)
    perimetre = systeme(caisse_code)
    if await demandes.has_demande(session, numero, perimetre):
        return
    now = tools.clock.now()
    referentiel = await tools.reference.version(session, caisse_code, depot.referentiel_version)
    structure = await tools.reference.structure(session, caisse_code, StructureId(UUID(depot.structure_id)))
    deposee = _deposee(depot)
    for piece in deposee.pieces:
        await apply_known_verdict(session, piece, perimetre)
    regles = regles_of(referentiel, depot.offre, depot.motif)
    demande = open_record(deposee, motif_of(referentiel, depot.offre, depot.motif), regles.parametres, now=now)
    if depot.doublon_numero:
        demande.note_act("doublon_confirme", None, now, depot.doublon_numero)
    # A receipt lives for days: its file may have been joined to a message since. Whoever joined it first keeps it.
    leave_out_pieces(demande, await demandes.insert_pieces(session, demande, demande.pieces), now=now)
    await demandes.insert_demande(session, demande, structure_nom=structure.nom, now=now)
    await facts.record_facts(session, demande)
    await record_act(session, perimetre, "open_demande", objet="demande", objet_id=numero, now=now)


def _deposee(depot: Depot) -> DemandeDeposee:
    message_id = new_id()
    personne, consentement = depot.personne, depot.consentement
    return DemandeDeposee(
        numero=NumeroDemande(depot.numero),
        caisse_code=CaisseCode(depot.caisse_code),
        structure_id=StructureId(UUID(depot.structure_id)),
        demandeur_id=CompteId(UUID(depot.demandeur_id)),
        demandeur_nom=depot.demandeur_nom,
        deposee_le=depot.deposee_le,
        personne=Personne(**personne.model_dump()) if personne else None,
        commentaire=depot.commentaire,
        precisions=dict(depot.precisions),
        consentement=Consentement(**consentement.model_dump()) if consentement else None,
        doublon_justification=depot.doublon_justification,
        message_id=message_id,
        pieces=[
            PieceJointe(
                id=PieceJointeId(UUID(piece.id)),
                message_id=message_id,
                sens=PieceSens.ENVOYEE,
                nom=piece.nom,
                taille_octets=piece.taille_octets,
                sha256=piece.sha256,
                type=piece.type,
                justification=piece.justification,
                hors_liste=piece.hors_liste,
            )
            for piece in depot.pieces
        ],
    )
