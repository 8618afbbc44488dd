"""Valid demandes for the tests of case; people are invented."""

from datetime import UTC, date, datetime, time
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from services.case.domain.calendrier import Calendrier, Plage
from services.case.domain.delais import Delai, Sla
from services.case.domain.demande import Demande, MotifDemande, ParametresDemande, Personne
from services.case.domain.echange import CompteActeur
from services.case.domain.ouverture import DemandeDeposee, open_demande
from services.case.domain.piece_jointe import EtatPiece, PieceJointe, PieceSens
from services.case.domain.saisine_mas import Consentement
from services.case.operations.calendriers import jours_feries
from shared.kernel.identifiers import CaisseCode, CompteId, NumeroDemande, PieceJointeId, StructureId

PARIS = ZoneInfo("Europe/Paris")
SEMAINE = {jour: Plage(time(8, 30), time(17)) for jour in range(1, 6)}
NUMERO = NumeroDemande("2683100012")
STRUCTURE = StructureId(UUID("01900000-0000-7000-8000-000000000001"))
DEMANDEUR = CompteId(UUID("01900000-0000-7000-8000-0000000000aa"))
AGENT = CompteActeur(compte_id=CompteId(UUID("01900000-0000-7000-8000-0000000000a1")), nom="EXEMPLE Anne")
AUTRE_AGENT = CompteActeur(compte_id=CompteId(UUID("01900000-0000-7000-8000-0000000000a2")), nom="MODELE Paul")
PARTENAIRE = CompteActeur(compte_id=DEMANDEUR, nom="FICTIF Camille")
JEANNE = Personne(
    civilite="madame", nom="D'Agostino", prenom="Jeanne", date_naissance="00/00/1950", lieu_naissance="83", telephone="+33700000000"
)


def paris(texte: str) -> datetime:
    """`2026-04-02 10:00`, local time of Paris, as an instant."""
    return datetime.fromisoformat(texte).replace(tzinfo=PARIS).astimezone(UTC)


def calendrier(*, alsace: bool = False, fermetures: frozenset[date] = frozenset()) -> Calendrier:
    """Metropolitan France, or Alsace-Moselle with Good Friday on; 8:30 to 17:00."""
    zone = "alsace_moselle" if alsace else "metropole"
    return Calendrier(
        fuseau=PARIS,
        plages=SEMAINE,
        jours_feries=lambda annee: jours_feries(annee, zone, vendredi_saint=alsace, lundi_pentecote=True),
        fermetures=fermetures,
    )


def parametres(
    *, pec: str = "2j", res: str = "10j", cap_heures: int | None = None, escalades: tuple[int, ...] = (100,)
) -> ParametresDemande:
    """Default settings with the terms given."""
    sla = Sla(prise_en_charge=Delai.parse(pec), resolution=Delai.parse(res), cap_heures=cap_heures, escalades_pct=escalades)
    return ParametresDemande(calendrier=calendrier(), sla=sla)


def un_motif(*drapeaux: str, motif: str = "dossiers_complexes", file_attente: str = "generale") -> MotifDemande:
    """A motif of `signaler_difficulte`."""
    return MotifDemande(
        offre="signaler_difficulte",
        offre_libelle="Signaler une situation de difficulté",
        motif=motif,
        motif_libelle="Dossiers complexes",
        file_attente=file_attente,
        priorite=2,
        drapeaux=frozenset(drapeaux),
        referentiel_version=1,
    )


def une_piece(
    *, sens: PieceSens = PieceSens.ENVOYEE, etat: EtatPiece = EtatPiece.EN_ATTENTE, message_id: UUID | None = None, type_: str = "autre"
) -> PieceJointe:
    """A file that waits for its verdict."""
    return PieceJointe(
        id=PieceJointeId(uuid4()),
        message_id=message_id or uuid4(),
        sens=sens,
        nom="piece.pdf",
        taille_octets=1200,
        sha256="0" * 64,
        type=type_,
        etat=etat,
    )


def une_demande(
    *drapeaux: str,
    deposee_le: datetime | None = None,
    reglages: ParametresDemande | None = None,
    pieces: list[PieceJointe] | None = None,
    precisions: dict[str, str | bool | list[str]] | None = None,
    motif: MotifDemande | None = None,
) -> Demande:
    """A demande just opened, its events forgotten."""
    deposee_le = deposee_le or paris("2026-05-13 11:00")
    depot = DemandeDeposee(
        numero=NUMERO,
        caisse_code=CaisseCode("831"),
        structure_id=STRUCTURE,
        demandeur_id=DEMANDEUR,
        demandeur_nom=PARTENAIRE.nom,
        deposee_le=deposee_le,
        personne=JEANNE,
        commentaire="Situation à étudier.",
        precisions=precisions or {},
        consentement=un_consentement(deposee_le) if "consentement_requis" in drapeaux else None,
        doublon_justification="",
        message_id=uuid4(),
        pieces=pieces or [],
    )
    demande = open_demande(depot, motif or un_motif(*drapeaux), reglages or parametres(), now=deposee_le)
    demande.events.clear()
    return demande


def un_consentement(declare_le: datetime) -> Consentement:
    """A declaration of oral consent."""
    return Consentement(
        mode="oral", donne_par="assure", recueilli_par=str(DEMANDEUR), recueilli_le=declare_le, declare_le=declare_le, version_texte=1
    )
