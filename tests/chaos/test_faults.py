"""C1, C5 in small: a dependency stopped, a process killed. Nothing is lost, nothing is doubled, everything catches up."""

from collections.abc import Awaitable, Callable
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import create_engine, text

from deploy.story.contenus import contenu, pdf
from deploy.story.programs import Fichier, RefusedError
from shared.contracts.http.intake import AccuseVue
from tests.corpus.hostile import EICAR_INSIDE
from tests.e2e.recits import RESOLUTION, Scene, absent_until_there, file_two_pieces, scene, unique_person
from tests.integration.support import DEADLINE, RunningStack, wait_for

pytestmark = pytest.mark.timeout(300)
PROCESSES = ("gateway", "intake", "attachment", "case", "directory", "notification", "workflows", "activities")


async def test_c5_with_the_engine_stopped_people_file_take_exchange_and_answer_and_the_process_catches_up(stack: RunningStack) -> None:
    stack.supervisor.stop_process("temporal")
    async with scene(stack) as joue:
        numero = (await file_two_pieces(joue, unique_person())).numero
        await joue.opened(numero)
        await joue.agent.take_in_charge(numero)
        await joue.agent.ask(numero, "Quel est le numéro de téléphone à jour ?")
        await joue.partenaire.answer(numero, "Celui du dossier.")
        resolue = await joue.agent.resolve(numero, "Dossier complet.", RESOLUTION)
        sans_moteur = await joue.partenaire.read(numero)

        stack.supervisor.start_process("temporal")
        await joue.files_in(numero, ["saine", "saine"])
        rattrapee = await joue.files_in(numero, ["disponible"], sens="recue")

    assert resolue.statut == "RESOLU"
    assert sans_moteur.reponse == "Dossier complet."
    assert [piece.etat for piece in sans_moteur.pieces if piece.sens == "recue"] == ["en_attente"]
    assert {piece.etat for piece in rattrapee.pieces if piece.sens == "envoyee"} == {"saine"}


async def test_c5_with_the_bus_stopped_filing_goes_on_and_agents_see_the_demande_when_it_returns(stack: RunningStack) -> None:
    async with scene(stack) as joue:
        ouverte = (await file_two_pieces(joue, unique_person())).numero
        await joue.opened(ouverte)
        stack.supervisor.stop_process("nats")
        accuse = await file_two_pieces(joue, unique_person())
        visible = await joue.partenaire.read(accuse.numero)
        await joue.agent.take_in_charge(ouverte)
        await joue.agent.resolve(ouverte, "Réponse faite pendant la panne.")

        stack.supervisor.start_process("nats")
        dossier = await joue.files_in(accuse.numero, ["saine", "saine"])

    assert visible.statut == "NOUVEAU"
    assert dossier.statut == "NOUVEAU"


async def test_a4_with_the_antivirus_killed_again_and_again_no_file_is_clean_before_it_answers(stack: RunningStack) -> None:
    async with scene(stack) as joue:
        stack.supervisor.stop_process("clamd")
        numero = (await file_two_pieces(joue, unique_person())).numero
        dossier = await joue.opened(numero)
        await joue.agent.take_in_charge(numero)
        assert {piece.etat for piece in (await joue.agent.read(numero)).pieces} == {"recue"}
        stack.supervisor.start_process("clamd")
        infectee = ""
        seen: set[str] = set()
        for _ in range(3):
            await _kill(stack, "clamd")
            # Filed between two kills: its scan meets a daemon that starts, answers, or dies under it.
            infectee = infectee or (await _file_eicar(joue)).numero
            assert {piece.etat for piece in (await joue.agent.read(numero)).pieces} <= {"recue", "saine"}
            seen |= await _states(joue, infectee)
        await joue.files_in(numero, ["saine", "saine"])

        async def judged() -> bool:
            seen.update(await _states(joue, infectee))
            return "infectee" in seen

        await wait_for(judged, deadline=DEADLINE * 4)  # a scan that failed is tried again within the minute

    assert {piece.etat for piece in dossier.pieces} == {"recue"}
    assert "saine" not in seen


@pytest.mark.parametrize("process", PROCESSES)
async def test_c1_killing_a_process_in_the_middle_of_a_demande_loses_and_doubles_nothing(stack: RunningStack, process: str) -> None:
    async with scene(stack) as joue:
        personne, key = unique_person(), uuid4()
        body = contenu("transmettre_suivre_dossier", personne)
        fichier = Fichier("BS.pdf", pdf(), "bulletin_salaire")
        await _kill(stack, process)

        async def file() -> str:
            return (await joue.partenaire.file_demande("transmettre_suivre_dossier", body, fichier, key=key)).numero

        numero = await _insist(file)
        await _kill(stack, process)
        await joue.opened(numero)
        await _insist(lambda: _take(joue, numero))
        await _kill(stack, process)
        await _insist(lambda: _resolve(joue, numero))
        await joue.files_in(numero, ["saine"])
        resolue = await joue.files_in(numero, ["disponible"], sens="recue")

    assert [message.genre for message in resolue.messages].count("reponse_finale") == 1
    assert _filed(stack, numero) == 1
    assert _opened(stack, str(body["nom"])) == 1


async def _kill(stack: RunningStack, process: str) -> None:
    """Kill the process that runs, and see another in its place: supervisor starts it again, and says STARTING for a second."""
    killed = await wait_for(lambda: stack.supervisor.signal(process, "KILL"), deadline=DEADLINE * 2)
    again = await wait_for(lambda: _pid_but(stack, process, killed), deadline=DEADLINE * 2)

    assert again != killed


def _pid_but(stack: RunningStack, process: str, killed: int) -> int | None:
    """The pid of the process, once it is no longer the one that was killed; it need not be ready."""
    info = stack.supervisor.states()[stack.supervisor.full_name(process)]
    pid = int(info["pid"])
    return pid if pid not in {0, killed} else None


async def _file_eicar(joue: Scene) -> AccuseVue:
    """A filing whose one file keeps every structural rule and carries EICAR: only the antivirus can stop it."""
    offre = "transmettre_suivre_dossier"
    nom, build = EICAR_INSIDE["pdf"]
    return await joue.partenaire.file_demande(offre, contenu(offre, unique_person()), Fichier(nom, build(), "bulletin_salaire"))


async def _states(joue: Scene, numero: str) -> set[str]:
    """The states in which the agent sees the files of a demande; none before it is opened."""
    dossier = await absent_until_there(joue.agent, numero)
    return {piece.etat for piece in dossier.pieces} if dossier else set()


async def _insist(act: Callable[[], Awaitable[str]]) -> str:
    """Do it again until it is accepted, as a person would, or a program with the same key."""

    async def tried() -> str | None:
        try:
            return await act()
        except httpx2.TransportError:
            return None
        except RefusedError as error:
            if error.status in {404, 429, 503}:
                return None
            raise

    return await wait_for(tried, deadline=DEADLINE * 4, every=1.0)


async def _take(joue: Scene, numero: str) -> str:
    if not (await joue.agent.read(numero)).agent_nom:
        await joue.agent.take_in_charge(numero)
    return numero


async def _resolve(joue: Scene, numero: str) -> str:
    if (await joue.agent.read(numero)).statut != "RESOLU":
        await joue.agent.resolve(numero, "Dossier complet.", RESOLUTION)
    return numero


def _filed(stack: RunningStack, numero: str) -> int:
    """How many filings intake holds for the person of this one, whom no other test names."""
    same = "SELECT count(*) FROM depot WHERE doublon_cle = (SELECT doublon_cle FROM depot WHERE numero = :numero)"
    return _count(stack, "intake", same, {"numero": numero})


def _opened(stack: RunningStack, nom: str) -> int:
    """How many demandes case holds for this person."""
    return _count(stack, "case", "SELECT count(*) FROM demande WHERE personne->>'nom' = :nom", {"nom": nom})


def _count(stack: RunningStack, service: str, question: str, values: dict[str, str]) -> int:
    """As the owner of the tables counts, within the caisse of the stories."""
    engine = create_engine(stack.owner_database_url(service))
    with engine.begin() as connection:
        connection.execute(text("SELECT set_config('app.role', 'systeme', true), set_config('app.caisse', '831', true)"))
        found = connection.scalar(text(question), values)
    engine.dispose()
    return int(found or 0)
