"""The life of a pièce jointe (trust §2.6, domain §3.5)."""

from datetime import UTC, datetime, timedelta

import pytest

from services.attachment.domain.errors import (
    PieceJointeAttachedError,
    PieceJointeBlockedError,
    PieceJointeExpiredError,
    PieceJointeNotFoundError,
    VerdictPendingError,
)
from services.attachment.domain.piece_jointe import (
    EtatPieceJointe,
    FaitPieceJointe,
    MotifDestruction,
    OriginePieceJointe,
    PieceJointe,
)
from services.attachment.domain.raisons import RaisonRefus
from services.attachment.domain.verdict import Infectee, Saine, VersionAntivirus
from shared.kernel.identifiers import NumeroDemande
from tests.unit.attachment.builders import MARDI, NUMERO, STRUCTURE, une_piece_jointe

VERSION = VersionAntivirus("ClamAV 1.4.6")
N = NumeroDemande(NUMERO)


def publiee(echeance: datetime, **champs: object) -> PieceJointe:
    piece = une_piece_jointe(etat=EtatPieceJointe.SAINE, origine=OriginePieceJointe.CAISSE, **champs)
    piece.publish(STRUCTURE, N, echeance=echeance, mise_a_disposition_le=MARDI)
    return piece


def faits(piece: PieceJointe) -> list[FaitPieceJointe]:
    return [evenement.fait for evenement in piece.evenements]


def test_a_clean_verdict_makes_the_piece_jointe_saine_and_says_so() -> None:
    piece = une_piece_jointe()

    piece.record_verdict(Saine(), VERSION, now=MARDI)

    assert piece.etat is EtatPieceJointe.SAINE
    assert piece.version_antivirus == VERSION
    assert faits(piece) == [FaitPieceJointe.SAINE]


def test_an_infected_piece_jointe_loses_its_key_and_keeps_its_signature() -> None:
    piece = une_piece_jointe()

    piece.record_verdict(Infectee("Eicar-Test-Signature.UNOFFICIAL"), VERSION, now=MARDI)

    assert piece.etat is EtatPieceJointe.INFECTEE
    assert piece.cle is None
    assert piece.signature == "Eicar-Test-Signature.UNOFFICIAL"
    assert [(e.fait, e.raison) for e in piece.evenements] == [(FaitPieceJointe.INFECTEE, RaisonRefus.VIRUS)]


def test_a_heuristic_makes_the_piece_jointe_refusee() -> None:
    piece = une_piece_jointe()

    piece.record_verdict(Infectee("Heuristics.Encrypted.PDF"), VERSION, now=MARDI)

    assert piece.etat is EtatPieceJointe.REFUSEE
    assert piece.raison is RaisonRefus.ANTIVIRUS_CHIFFRE


def test_a_second_verdict_changes_nothing() -> None:
    piece = une_piece_jointe()
    piece.record_verdict(Infectee("Eicar"), VERSION, now=MARDI)

    piece.record_verdict(Saine(), VERSION, now=MARDI)

    assert piece.etat is EtatPieceJointe.INFECTEE
    assert faits(piece) == [FaitPieceJointe.INFECTEE]


def test_an_absent_verdict_is_never_final() -> None:
    piece = une_piece_jointe()

    piece.note_indeterminee()
    attendait = piece.awaits_verdict
    piece.start_analyse()

    assert attendait
    assert piece.etat is EtatPieceJointe.EN_ANALYSE


@pytest.mark.parametrize("etat", [EtatPieceJointe.EN_QUARANTAINE, EtatPieceJointe.EN_ANALYSE, EtatPieceJointe.INDETERMINEE])
def test_a_piece_jointe_without_verdict_is_read_by_nobody(etat: EtatPieceJointe) -> None:
    with pytest.raises(VerdictPendingError):
        une_piece_jointe(etat=etat).check_readable(now=MARDI)


@pytest.mark.parametrize("etat", [EtatPieceJointe.INFECTEE, EtatPieceJointe.REFUSEE])
def test_a_piece_jointe_set_aside_is_blocked(etat: EtatPieceJointe) -> None:
    with pytest.raises(PieceJointeBlockedError):
        une_piece_jointe(etat=etat).check_readable(now=MARDI)


@pytest.mark.parametrize("etat", EtatPieceJointe)
def test_a_partner_never_downloads_what_the_partner_sent(etat: EtatPieceJointe) -> None:
    """UX-U11."""
    with pytest.raises(PieceJointeNotFoundError):
        une_piece_jointe(etat=etat).check_downloadable_by_partner(now=MARDI)


def test_a_piece_jointe_of_the_caisse_is_not_there_before_its_publication() -> None:
    piece = une_piece_jointe(etat=EtatPieceJointe.SAINE, origine=OriginePieceJointe.CAISSE)

    with pytest.raises(PieceJointeNotFoundError):
        piece.check_downloadable_by_partner(now=MARDI)


@pytest.mark.parametrize(
    "echeance",
    # Europe/Paris: published 20/03/2026 10:00, over 04/04/2026 10:00 (summer time); published 15/10/2026, over 30/10/2026.
    [datetime(2026, 4, 4, 8, 0, tzinfo=UTC), datetime(2026, 10, 30, 9, 0, tzinfo=UTC)],
)
def test_a_piece_jointe_is_served_until_the_second_before_its_echeance(echeance: datetime) -> None:
    """A9, domain §3.5."""
    piece = publiee(echeance)

    piece.check_downloadable_by_partner(now=echeance - timedelta(seconds=1))
    with pytest.raises(PieceJointeExpiredError):
        piece.check_downloadable_by_partner(now=echeance)


def test_a_later_publication_replaces_an_earlier_one() -> None:
    piece = publiee(MARDI + timedelta(days=15))

    piece.publish(STRUCTURE, N, echeance=MARDI + timedelta(seconds=30), mise_a_disposition_le=MARDI + timedelta(seconds=1))

    assert piece.echeance_telechargement == MARDI + timedelta(seconds=30)


def test_an_older_publication_that_comes_late_changes_nothing() -> None:
    piece = publiee(MARDI + timedelta(days=15))

    piece.publish(STRUCTURE, N, echeance=MARDI, mise_a_disposition_le=MARDI - timedelta(days=1))

    assert piece.echeance_telechargement == MARDI + timedelta(days=15)


def test_a_piece_jointe_belongs_to_one_demande_only() -> None:
    piece = une_piece_jointe()
    piece.attach(N)

    piece.attach(N)
    with pytest.raises(PieceJointeAttachedError):
        piece.attach(NumeroDemande("2683199999"))
    with pytest.raises(PieceJointeAttachedError):
        piece.check_withdrawable()


def test_an_expired_piece_jointe_keeps_its_name_and_loses_its_key() -> None:
    piece = publiee(MARDI)

    piece.destroy(MotifDestruction.EXPIRATION, now=MARDI)

    assert (piece.etat, piece.cle, piece.nom) == (EtatPieceJointe.EXPIREE, None, "justificatif.pdf")
    assert faits(piece) == [FaitPieceJointe.EXPIREE]


def test_a_piece_jointe_is_destroyed_once() -> None:
    piece = publiee(MARDI)
    piece.destroy(MotifDestruction.EXPIRATION, now=MARDI)

    piece.destroy(MotifDestruction.PURGE, now=MARDI)

    assert piece.etat is EtatPieceJointe.EXPIREE
    assert faits(piece) == [FaitPieceJointe.EXPIREE]


def test_a_piece_jointe_set_aside_stays_so_when_it_is_purged() -> None:
    piece = une_piece_jointe(etat=EtatPieceJointe.INFECTEE)

    piece.destroy(MotifDestruction.PURGE, now=MARDI)

    assert piece.etat is EtatPieceJointe.INFECTEE


def test_a_demande_that_names_a_withdrawn_piece_jointe_is_told_once() -> None:
    piece = une_piece_jointe()
    piece.destroy(MotifDestruction.PURGE, now=MARDI)
    piece.evenements.clear()

    piece.note_retiree(now=MARDI)
    piece.note_retiree(now=MARDI)

    assert [(e.fait, e.raison) for e in piece.evenements] == [(FaitPieceJointe.REFUSEE, RaisonRefus.RETIREE)]


def test_the_key_in_the_store_never_holds_the_name() -> None:
    """A7."""
    piece = une_piece_jointe(nom="attestation de Camille.pdf")

    assert piece.objet == f"831/{piece.cle_objet}"


def test_the_first_download_is_kept_and_each_is_told() -> None:
    piece = publiee(MARDI + timedelta(days=15))

    piece.note_telechargee(now=MARDI)
    piece.note_telechargee(now=MARDI + timedelta(days=1))

    assert piece.telechargee_le == MARDI
    assert faits(piece) == [FaitPieceJointe.TELECHARGEE] * 2


def test_an_orphan_is_named_by_no_demande_and_can_still_be_read() -> None:
    assert une_piece_jointe().is_orphan
    assert not une_piece_jointe(numero=N).is_orphan
    assert not une_piece_jointe(cle=None).is_orphan
