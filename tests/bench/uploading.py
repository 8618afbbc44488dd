"""D3: megabytes a second from the upload to the verdict `saine`, over raw INSTREAM of the same files, two at once."""

import asyncio
import time
from collections.abc import Iterator, Sequence

from deploy.story.contenus import contenu
from deploy.story.programs import AgentProgram, Fichier, PartnerProgram
from services.attachment.domain.verdict import Saine
from services.attachment.ports.clamd_antivirus import ClamdAntivirus
from shared.kernel.clock import Clock
from tests.bench.frame import Ratio
from tests.corpus import images, office, pdfs
from tests.e2e.recits import AGENT, TECHNICIEN, Scene, unique_person
from tests.integration.support import RunningStack

_OFFRE = "transmettre_suivre_dossier"
_MEGABYTE = 1_000_000
_AT_ONCE = 2
_LOOK_EVERY_S = 0.2


def fixed_mix() -> list[Fichier]:
    """Twelve files of the kinds and weights partners send, 10 MB in all, other bytes each time: scans, photographs, letters, tables."""
    return [Fichier(nom, contenu, type_piece) for nom, contenu, type_piece in _mix()]


def _mix() -> Iterator[tuple[str, bytes, str]]:
    for pages, cote in ((1, 900), (3, 1000), (6, 1200)):
        yield f"scan-{pages}.pdf", pdfs.scanned_pdf(pages, cote), "bulletin_salaire"
    rang = unique_person()
    yield "notice.pdf", pdfs.pdf_by_hand(f"Notice {rang}"), "formulaire"
    for cote in (1200, 2000):
        yield f"photo-{cote}.jpg", images.image_bytes("JPEG", cote=cote), "avis_imposition"
    yield "photo.png", images.image_bytes("PNG", cote=600), "avis_imposition"
    yield "fax.tiff", images.image_bytes("TIFF", "L", cote=700), "avis_imposition"
    yield "lettre.docx", office.python_docx(image=images.image_bytes("JPEG", cote=800)), "attestation_honneur"
    yield (
        "attestation.docx",
        office.python_docx(" ".join(f"ligne {rang + ligne} du relevé" for ligne in range(20_000))),
        "attestation_honneur",
    )
    yield "releve.xlsx", office.openpyxl_xlsx(20_000), "justificatif_ressources"
    yield "releve.csv", b"jour;montant\n" + b"01/03/2026;%d\n" % rang * 15_000, "justificatif_ressources"


async def measure_uploading(stack: RunningStack, *, rounds: int) -> Ratio:
    """Clean megabytes a second, filing included, ÷ what clamd alone scans. No file twice: clamd remembers what it found clean."""
    ours, raw = ([fixed_mix() for _ in range(rounds)] for _ in range(2))
    return Ratio("D3", "Mo de l'envoi au verdict sain ÷ INSTREAM seul", await _ours(stack, ours), await _raw(stack, raw), "Mo/s", 0.80)


async def _ours(stack: RunningStack, mixes: Sequence[Sequence[Fichier]]) -> float:
    async with (
        PartnerProgram.signed_in(stack.url("gateway"), TECHNICIEN) as partenaire,
        AgentProgram.signed_in(stack.url("case"), AGENT) as agent,
    ):
        joue = Scene(stack, partenaire, agent)
        began = time.perf_counter()
        for mix in mixes:
            await asyncio.gather(_to_clean(joue, mix[:6]), _to_clean(joue, mix[6:]))
        return _weight(mixes) / (time.perf_counter() - began)


async def _to_clean(joue: Scene, fichiers: Sequence[Fichier]) -> None:
    accuse = await joue.partenaire.file_demande(_OFFRE, contenu(_OFFRE, unique_person()), *fichiers)
    await joue.files_in(accuse.numero, ["saine"] * len(fichiers), every=_LOOK_EVERY_S)


async def _raw(stack: RunningStack, mixes: Sequence[Sequence[Fichier]]) -> float:
    antivirus = ClamdAntivirus(str(stack.clamd_socket), profile="eicar-only", clock=Clock())
    slots = asyncio.Semaphore(_AT_ONCE)

    async def scan(fichier: Fichier) -> None:
        async with slots:
            verdict = await antivirus.scan(fichier.contenu)
            assert isinstance(verdict, Saine)

    began = time.perf_counter()
    await asyncio.gather(*(scan(fichier) for mix in mixes for fichier in mix))
    return _weight(mixes) / (time.perf_counter() - began)


def _weight(mixes: Sequence[Sequence[Fichier]]) -> float:
    return sum(len(fichier.contenu) for mix in mixes for fichier in mix) / _MEGABYTE
