"""Rows and records as the contracts show them: to the partner, to the agent. Reading only."""

from datetime import date, datetime
from typing import Final

from services.case.domain.calendrier import Calendrier
from services.case.domain.delais import Horloge
from services.case.domain.demande import Demande, Personne
from services.case.domain.piece_jointe import EtatPiece, PieceJointe, PieceSens
from services.case.store.history import LigneHistorique
from services.case.store.tables import MessageRow
from shared.contracts.depots import PersonneConcernee
from shared.contracts.http import case as views
from shared.contracts.perimetre import Perimetre
from shared.contracts.reference import Champ, ReferentielCaisse

_CIVILITES: Final = {"madame": "Madame", "monsieur": "Monsieur"}
_DATE: Final = "date"  # kept as ISO by intake
_MINUTE: Final = 60


def resume_of(ligne: LigneHistorique) -> views.DemandeResume:
    """A row of the history."""
    demande = ligne.demande
    personne = Personne(**demande.personne) if demande.personne else None
    return views.DemandeResume(
        numero=demande.numero,
        offre=demande.offre,
        offre_libelle=demande.offre_libelle,
        motif_libelle=demande.motif_libelle,
        deposee_le=demande.deposee_le,
        demandeur_nom=demande.demandeur_nom,
        personne=personne_line(personne),
        statut=demande.statut,
        statut_modifie_le=demande.statut_modifie_le,
        complement_demande=demande.attente_depuis is not None,
        nouvelle_reponse=ligne.nouvelle_reponse,
        suivie=ligne.suivie,
        documents_a_telecharger=ligne.documents,
        expiration_la_plus_proche=ligne.expiration,
    )


def personne_line(personne: Personne | None) -> str:
    """« Madame FICTIVE Jeanne »; empty without a person."""
    if personne is None:
        return ""
    return f"{_CIVILITES.get(personne.civilite, '')} {personne.nom.upper()} {personne.prenom}".strip()


def personne_view(demande: Demande) -> PersonneConcernee | None:
    """The block as it was typed."""
    personne = demande.personne
    if personne is None:
        return None
    return PersonneConcernee(
        civilite=personne.civilite,
        nom=personne.nom,
        prenom=personne.prenom,
        date_naissance=personne.date_naissance,
        lieu_naissance=personne.lieu_naissance,
        telephone=personne.telephone,
    )


def piece_view(piece: PieceJointe, referentiel: ReferentielCaisse, now: datetime) -> views.PieceVue:
    """A file, with the state its reader may know."""
    return views.PieceVue(
        id=piece.id,
        nom=piece.nom,
        taille_octets=piece.taille_octets,
        sens=piece.sens.value,
        etat=_etat_view(piece, now),
        type=piece.type,
        type_libelle=referentiel.types_pieces.get(piece.type, ""),
        justification=piece.justification,
        hors_liste=piece.hors_liste,
        raison=piece.raison,
        mise_a_disposition_le=piece.mise_a_disposition_le,
        echeance_telechargement=piece.echeance_telechargement,
        telechargee=piece.telechargee_le is not None,
    )


def _etat_view(piece: PieceJointe, now: datetime) -> str:
    if piece.sens is PieceSens.ENVOYEE:
        return "recue" if piece.etat is EtatPiece.EN_ATTENTE else piece.etat.value
    if piece.is_expiree(now) or piece.etat is EtatPiece.DETRUITE:
        return "expiree"
    if piece.etat in {EtatPiece.INFECTEE, EtatPiece.REFUSEE, EtatPiece.ECARTEE}:
        return "ecartee"
    return "disponible" if piece.is_disponible(now) else "en_attente"


def message_views(
    rows: list[MessageRow], pieces: list[PieceJointe], *, perimetre: Perimetre, referentiel: ReferentielCaisse, now: datetime
) -> list[views.MessageVue]:
    """The thread; a partner reads the service's name, not the agent's."""
    service = referentiel.libelle
    return [
        views.MessageVue(
            id=row.id,
            cote="fo" if row.cote == "fo" else "bo",
            auteur=service if row.cote == "bo" and (perimetre.is_partner or not row.auteur_nom) else row.auteur_nom,
            de_moi=row.auteur_id is not None and row.auteur_id == perimetre.compte_id,
            genre=row.genre,
            texte=row.texte,
            envoye_le=row.envoye_le,
            pieces=[piece_view(piece, referentiel, now) for piece in pieces if piece.message_id == row.id],
        )
        for row in rows
    ]


def precision_views(demande: Demande, referentiel: ReferentielCaisse) -> list[tuple[str, str]]:
    """The motif's own fields with the words people read, in the order they were kept."""
    lues = []
    for code, valeur in demande.precisions.items():
        champ = referentiel.champs.get(code)
        if champ is None or valeur in ("", [], False):
            continue
        mots = [_word(champ, mot) for mot in (valeur if isinstance(valeur, list) else [valeur]) if isinstance(mot, str)]
        lues.append((champ.libelle, "Oui" if valeur is True else ", ".join(mots)))
    return lues


def _word(champ: Champ, valeur: str) -> str:
    if champ.type == _DATE:
        return f"{date.fromisoformat(valeur):%d/%m/%Y}"
    return next((choix.libelle for choix in champ.choix if choix.code == valeur), valeur)


def horloge_view(horloge: Horloge, demande: Demande, calendrier: Calendrier, now: datetime) -> views.Horloge:
    """A clock as the agent reads it: opening minutes left, negative when late."""
    suspendue = demande.attente_depuis is not None and horloge is demande.resolution
    repere = demande.attente_depuis if suspendue and demande.attente_depuis else horloge.arretee_le or now
    reste = calendrier.ouverture_between(repere, horloge.nette_le) - calendrier.ouverture_between(horloge.nette_le, repere)
    return views.Horloge(
        cle="prise_en_charge" if horloge is demande.prise_en_charge else "resolution",
        echeance_brute=horloge.brute_le,
        echeance_nette=horloge.nette_le,
        reste_minutes=int(reste.total_seconds() // _MINUTE),
        suspendue=suspendue,
        depassee=repere > horloge.nette_le,
        tenue=horloge.is_tenue,
        jour_minutes=calendrier.jour_minutes,
    )
