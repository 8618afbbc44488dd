"""D3: megabytes a second from the upload to the verdict `saine`, over raw INSTREAM of the same files, two at once."""

import asyncio
import random
import time
from collections.abc import Sequence

from deploy.story.contenus import contenu, docx, pdf
from deploy.story.programs import AgentProgram, Fichier, PartnerProgram
from services.attachment.domain.verdict import Saine
from services.attachment.ports.clamd_antivirus import ClamdAntivirus
from shared.kernel.clock import Clock
from tests.bench.frame import Ratio
from tests.e2e.recits import AGENT, TECHNICIEN, Scene, unique_person
from tests.integration.support import RunningStack

_OFFRE = "transmettre_suivre_dossier"
_MEGABYTE = 1_000_000
_AT_ONCE = 2


def fixed_mix() -> list[Fichier]:
    """Twelve files, the same at every run: PDF, Word and CSV from a few kilobytes to four megabytes."""
    hasard = random.Random(20260101)  # noqa: S311 — a reproducible mix, not a secret
    sizes = (20_000, 60_000, 150_000, 400_000, 900_000, 1_500_000, 2_500_000, 4_000_000)
    pdfs = [Fichier(f"scan-{rang}.pdf", _padded_pdf(hasard, size), "bulletin_salaire") for rang, size in enumerate(sizes)]
    words = [Fichier(f"lettre-{rang}.docx", docx("Attestation " * (rang + 1) * 50), "attestation_honneur") for rang in range(2)]
    tables = [Fichier(f"releve-{rang}.csv", b"jour;montant\n" * (5_000 * (rang + 1)), "justificatif_ressources") for rang in range(2)]
    return pdfs + words + tables


def _padded_pdf(hasard: random.Random, size: int) -> bytes:
    """A genuine PDF with a comment of random bytes between header and body, as a scan weighs."""
    body = pdf("Document")
    head, rest = body.split(b"\n", 1)
    noise = bytes(hasard.choices(range(0x80, 0x100), k=max(size - len(body), 0)))
    shifted = head + b"\n%" + noise.replace(b"\n", b" ") + b"\n"
    moved = len(shifted) - len(head) - 1
    return shifted + _with_moved_offsets(rest, moved)


def _with_moved_offsets(rest: bytes, moved: int) -> bytes:
    before, table = rest.split(b"xref\n0 ", 1)
    lines = table.split(b"\n")
    for rang, line in enumerate(lines):
        if line.endswith(b" 00000 n "):
            lines[rang] = b"%010d 00000 n " % (int(line[:10]) + moved)
        elif line.isdigit() and rang > 0 and lines[rang - 1] == b"startxref":
            lines[rang] = b"%d" % (int(line) + moved)
    return before + b"xref\n0 " + b"\n".join(lines)


async def measure_uploading(stack: RunningStack, *, rounds: int) -> Ratio:
    """Clean megabytes a second, filing included, ÷ what clamd alone scans of the same bytes."""
    mix = fixed_mix()
    weight = rounds * sum(len(fichier.contenu) for fichier in mix) / _MEGABYTE
    async with (
        PartnerProgram.signed_in(stack.url("gateway"), TECHNICIEN) as partenaire,
        AgentProgram.signed_in(stack.url("case"), AGENT) as agent,
    ):
        joue = Scene(stack, partenaire, agent)
        began = time.perf_counter()
        for _ in range(rounds):
            await asyncio.gather(_to_clean(joue, mix[:6]), _to_clean(joue, mix[6:]))
        ours = weight / (time.perf_counter() - began)
    return Ratio("D3", "Mo de l'envoi au verdict sain ÷ INSTREAM seul", ours, weight / await _raw(stack, mix, rounds), "Mo/s", 0.80)


async def _to_clean(joue: Scene, fichiers: Sequence[Fichier]) -> None:
    accuse = await joue.partenaire.file_demande(_OFFRE, contenu(_OFFRE, unique_person()), *fichiers)
    await joue.files_in(accuse.numero, ["saine"] * len(fichiers))


async def _raw(stack: RunningStack, mix: Sequence[Fichier], rounds: int) -> float:
    antivirus = ClamdAntivirus(str(stack.clamd_socket), profile="eicar-only", clock=Clock())
    slots = asyncio.Semaphore(_AT_ONCE)

    async def scan(fichier: Fichier) -> None:
        async with slots:
            verdict = await antivirus.scan(fichier.contenu)
            assert isinstance(verdict, Saine)

    began = time.perf_counter()
    for _ in range(rounds):
        await asyncio.gather(*(scan(fichier) for fichier in mix))
    return time.perf_counter() - began
