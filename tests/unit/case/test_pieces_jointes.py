"""Files going out, verdicts, windows (domain §3.5, RG-02; house §9.4, §9.5)."""

from uuid import uuid4

import pytest

from services.case.domain.demande import Demande
from services.case.domain.echeances import meet_echeance, move_echeance
from services.case.domain.errors import PieceAlreadyJoinedError, PiecesSortantesForbiddenError, PiecesTooManyError
from services.case.domain.evenements import DemandeChangee, DemandeFait, EcheanceFranchie, PieceMiseADisposition
from services.case.domain.orientation import note_registre
from services.case.domain.piece_jointe import EtatPiece, PieceJointe, PieceSens
from services.case.domain.publication import join_pieces, note_expiree, note_telechargee, note_verdict, publish_pieces
from services.case.domain.situation import DELIVRANCE_ATTESTATION, TRAITEMENT, situation_of
from tests.unit.case.builders import AGENT, parametres, paris, une_demande, une_piece

PUBLIEE = paris("2026-03-20 10:00")
LIMITE = paris("2026-04-04 10:00")
RAPPEL = paris("2026-04-01 10:00")


def resolved_with(*pieces: PieceJointe) -> Demande:
    demande = une_demande(deposee_le=paris("2026-03-18 09:00"))
    demande.resolve(uuid4(), "Voici le document.", AGENT, now=PUBLIEE, parametres=parametres())
    join_pieces(demande, list(pieces), max_fichiers=8, may_send=True)
    publish_pieces(demande, PUBLIEE, parametres(), may_send=True)
    return demande


def published() -> tuple[Demande, PieceJointe]:
    piece = une_piece(sens=PieceSens.RECUE, etat=EtatPiece.SAINE)
    demande = resolved_with(piece)
    demande.events.clear()
    return demande, piece


def test_a_clean_file_is_published_with_the_answer_for_fifteen_days() -> None:
    piece = une_piece(sens=PieceSens.RECUE, etat=EtatPiece.SAINE)

    demande = resolved_with(piece)

    assert (piece.mise_a_disposition_le, piece.rappel_le, piece.echeance_telechargement) == (PUBLIEE, RAPPEL, LIMITE)
    assert PieceMiseADisposition(piece.id, PUBLIEE, LIMITE) in demande.events


def test_the_window_is_open_until_its_limit_and_not_at_it() -> None:
    """A9: one second before, served; at that second, gone."""
    _, piece = published()

    assert piece.is_disponible(paris("2026-04-04 09:59:59"))
    assert not piece.is_disponible(LIMITE)
    assert piece.is_expiree(LIMITE)


def test_a_file_without_verdict_waits_and_goes_out_with_its_clean_verdict() -> None:
    piece = une_piece(sens=PieceSens.RECUE)
    demande = resolved_with(piece)
    demande.events.clear()

    note_verdict(demande, piece.id, EtatPiece.SAINE, "", now=LIMITE, parametres=parametres(), may_send=True)

    assert piece.mise_a_disposition_le == LIMITE
    assert [type(event) for event in demande.events] == [PieceMiseADisposition, DemandeChangee]


def test_a_file_whose_structure_lost_its_habilitation_is_set_aside_at_publication() -> None:
    """RG-02 is checked again at that instant."""
    piece = une_piece(sens=PieceSens.RECUE)
    demande = resolved_with(piece)

    note_verdict(demande, piece.id, EtatPiece.SAINE, "", now=LIMITE, parametres=parametres(), may_send=False)

    assert (piece.etat, piece.mise_a_disposition_le) == (EtatPiece.ECARTEE, None)


def test_outgoing_files_to_a_structure_that_is_not_habilitee_are_forbidden() -> None:
    with pytest.raises(PiecesSortantesForbiddenError):
        join_pieces(une_demande(), [une_piece(sens=PieceSens.RECUE)], max_fichiers=8, may_send=False)


def test_nine_files_or_the_same_one_twice_are_refused() -> None:
    demande, piece = une_demande(), une_piece()

    with pytest.raises(PiecesTooManyError):
        join_pieces(demande, [une_piece() for _ in range(9)], max_fichiers=8, may_send=True)
    with pytest.raises(PieceAlreadyJoinedError):
        join_pieces(demande, [piece, piece], max_fichiers=8, may_send=True)


@pytest.mark.parametrize(("etat", "wakes"), [(EtatPiece.SAINE, False), (EtatPiece.INFECTEE, True), (EtatPiece.REFUSEE, True)])
def test_only_a_bad_verdict_of_an_incoming_file_wakes_the_process(etat: EtatPiece, wakes: bool) -> None:
    piece = une_piece()
    demande = une_demande(pieces=[piece])
    version = demande.version

    note_verdict(demande, piece.id, etat, "raison", now=PUBLIEE, parametres=parametres(), may_send=False)

    assert bool(demande.events) is wakes
    assert (demande.version > version) is wakes
    assert piece.etat is etat


def test_the_last_verdict_after_the_answer_wakes_a_process_that_waits_for_nothing_else() -> None:
    premier, second = uuid4(), uuid4()
    pieces = [une_piece(message_id=premier), une_piece(message_id=premier), une_piece(message_id=second)]
    demande = une_demande(pieces=pieces)
    demande.resolve(uuid4(), "Fait.", AGENT, now=PUBLIEE, parametres=parametres())

    wakes = []
    for piece in pieces:
        demande.events.clear()
        note_verdict(demande, piece.id, EtatPiece.SAINE, "", now=PUBLIEE, parametres=parametres(), may_send=False)
        wakes.append(bool(demande.events))

    assert wakes == [False, True, True], "once per analysis"
    assert situation_of(demande, TRAITEMENT, PUBLIEE).terminee


def test_the_verdict_that_lets_an_attestation_be_routed_wakes_the_process_whatever_the_file() -> None:
    pieces = [une_piece(type_="procuration"), une_piece(type_="autre")]
    demande = une_demande("routage_attestation", pieces=pieces)
    note_registre(demande, False, now=PUBLIEE)

    wakes = []
    for piece in pieces:
        demande.events.clear()
        note_verdict(demande, piece.id, EtatPiece.SAINE, "", now=PUBLIEE, parametres=parametres(), may_send=False)
        wakes.append(bool(demande.events))

    assert wakes == [False, True]
    assert [etape.cle for etape in situation_of(demande, DELIVRANCE_ATTESTATION, PUBLIEE).etapes] == ["router:1"]


def test_a_verdict_told_twice_changes_nothing() -> None:
    piece = une_piece(etat=EtatPiece.INFECTEE)
    demande = une_demande(pieces=[piece])

    note_verdict(demande, piece.id, EtatPiece.SAINE, "", now=PUBLIEE, parametres=parametres(), may_send=True)

    assert piece.etat is EtatPiece.INFECTEE


def test_the_reminder_and_the_end_of_a_received_file_are_deadlines() -> None:
    demande, piece = published()

    situation = situation_of(demande, TRAITEMENT, PUBLIEE)

    assert situation.echeances == ((f"piece_jointe:{piece.id}:j12", RAPPEL), (f"piece_jointe:{piece.id}:j15", LIMITE))
    assert not situation.terminee


def test_a_downloaded_file_has_no_reminder_any_more_and_wakes_nothing() -> None:
    demande, piece = published()

    note_telechargee(demande, piece.id, PUBLIEE)

    assert [cle for cle, _ in situation_of(demande, TRAITEMENT, PUBLIEE).echeances] == [f"piece_jointe:{piece.id}:j15"]
    assert demande.events == []


def test_the_reminder_is_told_once() -> None:
    demande, piece = published()
    cle = f"piece_jointe:{piece.id}:j12"

    met = [meet_echeance(demande, cle, uuid4(), now=RAPPEL, parametres=parametres()) for _ in range(2)]

    assert met == [True, False]
    assert [event.cle for event in demande.events if isinstance(event, EcheanceFranchie)] == [cle]


def test_the_end_of_the_last_file_ends_the_process_and_nothing_is_said_twice() -> None:
    demande, piece = published()
    cle = f"piece_jointe:{piece.id}:j15"

    assert not meet_echeance(demande, cle, uuid4(), now=paris("2026-04-04 09:59:59"), parametres=parametres())
    assert meet_echeance(demande, cle, uuid4(), now=LIMITE, parametres=parametres())
    assert not note_expiree(demande, piece.id)

    assert piece.etat is EtatPiece.EXPIREE
    assert situation_of(demande, TRAITEMENT, LIMITE).terminee


def test_expiree_from_attachment_confirms_without_waking() -> None:
    demande, piece = published()

    assert note_expiree(demande, piece.id)

    assert demande.events == []


def test_the_demonstration_moves_the_end_and_says_the_new_limit() -> None:
    """house §9.14."""
    demande, piece = published()
    tantot = paris("2026-03-20 10:01")

    assert move_echeance(demande, f"piece_jointe:{piece.id}:j15", tantot, now=PUBLIEE, may_move_pieces=True)

    assert demande.events == [PieceMiseADisposition(piece.id, PUBLIEE, tantot)]
    assert situation_of(demande, TRAITEMENT, PUBLIEE).echeances == ((f"piece_jointe:{piece.id}:j15", tantot),)


def test_an_infected_file_is_set_aside_and_the_demande_goes_on() -> None:
    piece = une_piece()
    demande = une_demande(pieces=[piece])

    note_verdict(demande, piece.id, EtatPiece.INFECTEE, "eicar", now=PUBLIEE, parametres=parametres(), may_send=False)

    situation = situation_of(demande, TRAITEMENT, PUBLIEE)
    assert (situation.alertes, situation.etapes, situation.sous_etat) == (("PIECE_INFECTEE",), (), "nouveau")
    assert DemandeFait.EVOLUEE in [event.fait for event in demande.events if isinstance(event, DemandeChangee)]
