"""The verdict on the real antivirus and stores: clean, infected, refused, and none (A4, A5, trust §2.6)."""

from collections.abc import AsyncIterator

import pytest

from services.attachment.domain.piece_jointe import EtatPieceJointe, MotifDestruction
from services.attachment.domain.raisons import RaisonRefus
from services.attachment.ports.memory_antivirus import MemoryAntivirus
from services.attachment.ports.object_store import ObjectBucket, ScanBuckets, StoredObject
from shared.kernel.errors import DependencyError
from shared.kernel.identifiers import NumeroDemande
from tests.corpus.genuine import GENUINE
from tests.corpus.hostile import EICAR_INSIDE
from tests.integration.attachment.atelier import Atelier


@pytest.mark.parametrize("format_", EICAR_INSIDE)
async def test_eicar_inside_each_format_is_found_and_destroyed(atelier: Atelier, format_: str) -> None:
    """A4."""
    nom, build = EICAR_INSIDE[format_]
    recu = await atelier.sent(atelier.partenaire(), build(), nom)

    piece = await atelier.judged(recu)

    assert (piece.etat, piece.raison, piece.cle) == (EtatPieceJointe.INFECTEE, RaisonRefus.VIRUS, None)
    assert (piece.signature or "").startswith("Eicar-Test-Signature")
    assert await atelier.objects() == {"quarantine": set(), "clean": set()}
    assert await atelier.told(recu.id) == ["recue", "infectee"]


@pytest.mark.parametrize(
    "cas", ["pdf of pikepdf", "docx of python-docx", "xlsx of openpyxl", "doc", "xls", "csv utf-8", "tiff", "png", "jpeg"]
)
async def test_a_genuine_fichier_is_saine_and_leaves_quarantine(atelier: Atelier, cas: str) -> None:
    nom, build = GENUINE[cas]
    recu = await atelier.sent(atelier.partenaire(), build(), nom)

    piece = await atelier.judged(recu)

    assert piece.etat is EtatPieceJointe.SAINE
    assert piece.version_antivirus is not None
    assert piece.version_antivirus.moteur.startswith("ClamAV ")
    assert await atelier.objects() == {"quarantine": set(), "clean": {piece.objet}}
    assert await atelier.told(recu.id) == ["recue", "saine"]


async def test_without_a_verdict_the_fichier_waits_and_is_judged_later(atelier: Atelier) -> None:
    recu = await atelier.sent(atelier.partenaire())
    antivirus = MemoryAntivirus()
    antivirus.is_down = True

    with pytest.raises(DependencyError):
        await atelier.analyse(antivirus).scan(recu.id, atelier.numero, perimetre=atelier.systeme)

    attente = await atelier.piece(recu.id)
    assert (attente.etat, attente.numero) == (EtatPieceJointe.INDETERMINEE, atelier.numero)
    assert await atelier.told(recu.id) == ["recue"]
    assert (await atelier.judged(recu)).etat is EtatPieceJointe.SAINE


async def test_a_fichier_with_a_verdict_is_not_scanned_again(atelier: Atelier) -> None:
    recu = await atelier.sent(atelier.partenaire())
    antivirus = MemoryAntivirus()
    analyse = atelier.analyse(antivirus)

    premier = await analyse.scan(recu.id, atelier.numero, perimetre=atelier.systeme)
    second = await analyse.scan(recu.id, atelier.numero, perimetre=atelier.systeme)

    assert (premier, second, antivirus.scans) == (EtatPieceJointe.SAINE, EtatPieceJointe.SAINE, 1)
    assert await atelier.told(recu.id) == ["recue", "saine"]


class Cassant:
    """A bucket that fails once at one act, as a process killed there would leave things."""

    def __init__(self, bucket: ObjectBucket, acte: str) -> None:
        self._bucket, self._actes = bucket, [acte]

    async def put(self, key: str, sealed: bytes) -> None:
        self._perhaps_fail("put")
        await self._bucket.put(key, sealed)

    async def get(self, key: str) -> bytes:
        self._perhaps_fail("get")
        return await self._bucket.get(key)

    async def delete(self, key: str) -> None:
        self._perhaps_fail("delete")
        await self._bucket.delete(key)

    def walk(self) -> AsyncIterator[StoredObject]:
        return self._bucket.walk()

    def _perhaps_fail(self, acte: str) -> None:
        if acte in self._actes:
            self._actes.remove(acte)
            raise DependencyError("object store", acte)


@pytest.mark.parametrize(("ou", "acte"), [("quarantine", "get"), ("clean", "put"), ("quarantine", "delete")])
async def test_a_scan_cut_anywhere_is_finished_by_its_repeat(atelier: Atelier, ou: str, acte: str) -> None:
    recu = await atelier.sent(atelier.partenaire())
    vrais = atelier.settings.scan_buckets()
    cassants = {"quarantine": vrais.quarantine, "clean": vrais.clean}
    cassants[ou] = Cassant(cassants[ou], acte)
    analyse = atelier.analyse(buckets=ScanBuckets(**cassants))

    with pytest.raises(DependencyError):
        await analyse.scan(recu.id, atelier.numero, perimetre=atelier.systeme)
    etat = await analyse.scan(recu.id, atelier.numero, perimetre=atelier.systeme)

    piece = await atelier.piece(recu.id)
    assert etat is EtatPieceJointe.SAINE
    assert await atelier.objects() == {"quarantine": set(), "clean": {piece.objet}}
    assert await atelier.told(recu.id) == ["recue", "saine"]


async def test_a_swapped_object_is_set_aside_and_never_shown_to_anybody(atelier: Atelier) -> None:
    """A10: another file's sealed bytes under this key."""
    recu, autre = await atelier.sent(atelier.partenaire()), await atelier.sent(atelier.partenaire())
    piece, source = await atelier.piece(recu.id), await atelier.piece(autre.id)
    await atelier.settings.upload_bucket().put(piece.objet, await atelier.settings.scan_buckets().quarantine.get(source.objet))

    jugee = await atelier.judged(recu)

    assert (jugee.etat, jugee.raison) == (EtatPieceJointe.REFUSEE, RaisonRefus.INTEGRITE)
    assert await atelier.told(recu.id) == ["recue", "refusee"]


async def test_a_withdrawn_fichier_that_a_demande_still_names_is_told_once(atelier: Atelier) -> None:
    recu = await atelier.sent(atelier.partenaire())
    await atelier.destruction().destroy(recu.id, MotifDestruction.PURGE, perimetre=atelier.systeme)

    for _ in range(2):
        assert (await atelier.judged(recu)).etat is EtatPieceJointe.DETRUITE

    assert await atelier.told(recu.id) == ["recue", "detruite", "refusee"]


async def test_a_fichier_whose_receipt_served_for_two_demandes_is_judged_for_both(atelier: Atelier) -> None:
    """It belongs to the first one; refusing its verdict to the second failed the step, and every file beside it."""
    recu = await atelier.sent(atelier.partenaire())
    autre = NumeroDemande(f"27{atelier.caisse}00001")
    analyse = atelier.analyse(MemoryAntivirus())
    await analyse.scan(recu.id, autre, perimetre=atelier.systeme)

    etat = await analyse.scan(recu.id, atelier.numero, perimetre=atelier.systeme)

    assert etat is EtatPieceJointe.SAINE
    assert (await atelier.piece(recu.id)).numero == autre
