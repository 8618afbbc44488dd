"""The steps as the engine orders them: a real worker, encrypted payloads, and an antivirus that comes back (trust §2.4)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio import workflow
from temporalio.client import Client, WorkflowFailureError
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.worker import Worker

from services.attachment.activities import AttachmentActivities
from services.attachment.domain.piece_jointe import EtatPieceJointe
from services.attachment.ports.memory_antivirus import MemoryAntivirus
from services.attachment.worker import build_worker
from shared.contracts.activities import attachment as stubs
from shared.kernel.identifiers import new_id
from shared.plumbing.temporal import TranslateErrors, build_codec, build_data_converter
from tests.corpus.hostile import EICAR_INSIDE
from tests.integration.attachment.atelier import QUINZE_JOURS, Atelier
from tests.integration.conftest import ConnectEngine
from tests.integration.support import wait_for

ATTENTE = timedelta(seconds=40)


@workflow.defn(name="EssaiAnalyse", sandboxed=False)
class EssaiAnalyseWorkflow:
    """Orders one step on the queue it is told."""

    @workflow.run
    async def run(self, file: str, entree: stubs.ScanPiecesJointesInput) -> stubs.ScanPiecesJointesResult:
        return await workflow.execute_activity(
            stubs.scan_pieces_jointes,
            entree,
            task_queue=file,
            start_to_close_timeout=timedelta(seconds=60),
            schedule_to_close_timeout=ATTENTE,
            heartbeat_timeout=timedelta(seconds=30),
        )


@workflow.defn(name="EssaiDestruction", sandboxed=False)
class EssaiDestructionWorkflow:
    """The same for the destruction."""

    @workflow.run
    async def run(self, file: str, entree: stubs.DestroyPiecesJointesInput) -> stubs.DestroyPiecesJointesResult:
        return await workflow.execute_activity(
            stubs.destroy_pieces_jointes,
            entree,
            task_queue=file,
            start_to_close_timeout=timedelta(seconds=60),
            schedule_to_close_timeout=ATTENTE,
        )


class Moteur:
    """A client, a queue of the test's own, and workflows that order steps on it."""

    def __init__(self, client: Client) -> None:
        self.client, self.file = client, f"test-attachment-{uuid4()}"

    async def scan(self, atelier: Atelier, *ids: object) -> list[str]:
        entree = stubs.ScanPiecesJointesInput(numero=atelier.numero, piece_jointe_ids=[str(i) for i in ids])
        result = await asyncio.wait_for(
            self.client.execute_workflow(EssaiAnalyseWorkflow.run, args=[self.file, entree], id=str(uuid4()), task_queue=self.file), 60
        )
        return [verdict.etat for verdict in result.verdicts]

    async def destroy(self, atelier: Atelier, motif: str, *ids: object) -> list[str]:
        entree = stubs.DestroyPiecesJointesInput(numero=atelier.numero, piece_jointe_ids=[str(i) for i in ids], motif=motif)
        result = await asyncio.wait_for(
            self.client.execute_workflow(EssaiDestructionWorkflow.run, args=[self.file, entree], id=str(uuid4()), task_queue=self.file), 60
        )
        return result.detruites


@pytest.fixture
async def moteur(atelier: Atelier, connect_engine: ConnectEngine) -> AsyncIterator[Moteur]:
    settings = atelier.settings
    codec = build_codec(settings.codec_keys, settings.codec_active_key, settings.temporal_namespace)
    moteur = Moteur(await connect_engine(build_data_converter(codec)))
    async with Worker(moteur.client, task_queue=moteur.file, workflows=[EssaiAnalyseWorkflow, EssaiDestructionWorkflow]):
        yield moteur


def worker_of(atelier: Atelier, moteur: Moteur) -> Worker:
    """The service's own worker, on the test's clock, connections and queue."""
    return build_worker(atelier.settings, moteur.client, clock=atelier.clock, database=atelier.database, task_queue=moteur.file)


async def test_the_files_of_a_deposit_get_their_verdicts_in_order(atelier: Atelier, moteur: Moteur) -> None:
    nom, build = EICAR_INSIDE["docx"]
    saine = await atelier.sent(atelier.partenaire())
    infectee = await atelier.sent(atelier.partenaire(), build(), nom)
    autre = await atelier.sent(atelier.partenaire())

    async with worker_of(atelier, moteur):
        premiers = await moteur.scan(atelier, saine.id, infectee.id, autre.id)
        seconds = await moteur.scan(atelier, saine.id, infectee.id, autre.id)

    assert premiers == seconds == ["saine", "infectee", "saine"]
    assert await atelier.told(infectee.id) == ["recue", "infectee"]


async def test_an_antivirus_that_comes_back_is_asked_again(atelier: Atelier, moteur: Moteur) -> None:
    """A4: no verdict is an error that the engine repeats, never a clean one."""
    recu = await atelier.sent(atelier.partenaire())
    antivirus = MemoryAntivirus()
    antivirus.is_down = True
    activities = AttachmentActivities(atelier.analyse(antivirus), atelier.destruction())

    async with Worker(moteur.client, task_queue=moteur.file, activities=activities.all, interceptors=[TranslateErrors()]):
        analyse = asyncio.create_task(moteur.scan(atelier, recu.id))

        async def attend() -> bool:
            return (await atelier.piece(recu.id)).etat is EtatPieceJointe.INDETERMINEE

        await wait_for(attend)
        antivirus.is_down = False
        assert await analyse == ["saine"]


async def test_a_fichier_that_never_was_is_refused_for_good(atelier: Atelier, moteur: Moteur) -> None:
    async with worker_of(atelier, moteur):
        with pytest.raises(WorkflowFailureError) as echec:
            await moteur.scan(atelier, new_id())

    assert isinstance(echec.value.cause, ActivityError)
    assert isinstance(echec.value.cause.cause, ApplicationError)
    assert echec.value.cause.cause.type == "PieceJointeNotFoundError"


async def test_an_expiry_destroys_what_is_due_and_leaves_the_rest(atelier: Atelier, moteur: Moteur) -> None:
    due, pas_due = await atelier.published(), await atelier.published(echeance=atelier.clock.at + 2 * QUINZE_JOURS)
    atelier.clock.at += QUINZE_JOURS

    async with worker_of(atelier, moteur):
        detruites = await moteur.destroy(atelier, "expiration", due.id, pas_due.id)

    assert detruites == [str(due.id)]
    assert (await atelier.piece(due.id)).etat is EtatPieceJointe.EXPIREE
    assert (await atelier.piece(pas_due.id)).etat is EtatPieceJointe.SAINE


async def test_a_purge_destroys_before_the_window_closes(atelier: Atelier, moteur: Moteur) -> None:
    recu = await atelier.published()

    async with worker_of(atelier, moteur):
        detruites = [await moteur.destroy(atelier, "purge", recu.id) for _ in range(2)]

    assert detruites == [[str(recu.id)]] * 2
    assert await atelier.told(recu.id) == ["recue", "saine", "detruite"]
