"""The whole life of an ordinary demande over sixteen skipped days, within its budget of engine steps (house §1)."""

import asyncio
from datetime import timedelta

from shared.contracts.situation import Processus
from shared.contracts.workflows import Issue
from tests.integration.workflows.dossier import Dossier
from tests.integration.workflows.engine import PATIENCE_S, Engine

MAX_WORKFLOW_TASKS = 16
MAX_ACTIVITIES = 10
MAX_EVENTS = 100


async def test_an_ordinary_demande_lives_sixteen_days_within_its_budget_of_steps(engine: Engine, dossier: Dossier) -> None:
    """Filed with two files, taken in charge, answered with one scanned file, downloaded, expired."""
    await open_demande(engine, dossier)
    await take_in_charge(engine, dossier)
    await answer(engine, dossier)
    await download(engine, dossier)
    await engine.pass_time(timedelta(days=16))

    issue = await asyncio.wait_for(engine.process(dossier).result(), PATIENCE_S)

    events = await engine.count_events(dossier)
    assert issue == Issue(issue="resolue")
    assert dossier.detruites == {"p3": "expiration"}
    assert dossier.verdicts == {"p1": "saine", "p2": "saine", "p3": "saine"}
    assert events["WORKFLOW_TASK_COMPLETED"] <= MAX_WORKFLOW_TASKS, events
    assert events["ACTIVITY_TASK_SCHEDULED"] <= MAX_ACTIVITIES, events
    assert events.total() <= MAX_EVENTS, events


async def open_demande(engine: Engine, dossier: Dossier) -> None:
    now = await engine.now()
    dossier.change("deposee")
    dossier.analyse("analyse:depot", "p1", "p2")
    for borne, delai in ((50, 2), (80, 3), (100, 4)):
        dossier.traitement.echeances[f"prise_en_charge:{borne}"] = now + timedelta(days=delai)
    await engine.tell(dossier, "ouverte")


async def take_in_charge(engine: Engine, dossier: Dossier) -> None:
    await engine.pass_time(timedelta(hours=3))
    now = await engine.now()
    dossier.change("en_cours")
    dossier.traitement.echeances = {f"resolution:{borne}": now + timedelta(days=delai) for borne, delai in ((50, 3), (80, 5), (100, 6))}
    await engine.tell(dossier, "prise_en_charge")


async def answer(engine: Engine, dossier: Dossier) -> None:
    await engine.pass_time(timedelta(hours=20))
    dossier.analyse("analyse:reponse", "p3")
    dossier.change()
    await engine.tell(dossier, "evoluee")
    now = await engine.now()
    dossier.change("resolue", issue="resolue")
    dossier.traitement.echeances = {
        "piece_jointe:p3:j12": now + timedelta(days=12),
        "piece_jointe:p3:j15": now + timedelta(days=15),
    }
    await engine.tell(dossier, "resolue")


async def download(engine: Engine, dossier: Dossier) -> None:
    """The reminder falls: case says so, the file's end remains."""
    await engine.pass_time(timedelta(hours=1))
    del dossier.traitement.echeances["piece_jointe:p3:j12"]
    dossier.change()
    await engine.tell(dossier, "evoluee")


async def test_deadlines_are_met_each_once_at_their_instant(engine: Engine, dossier: Dossier) -> None:
    await open_demande(engine, dossier)

    await engine.pass_time(timedelta(days=5))

    await engine.settle(engine.process(dossier))
    assert dossier.met == ["prise_en_charge:50", "prise_en_charge:80", "prise_en_charge:100"]
    assert engine.maison.journal.count("read:traitement") == 1, "meeting a deadline brings the new situation"


async def test_files_that_expire_together_are_all_destroyed(engine: Engine, dossier: Dossier) -> None:
    now = await engine.now()
    dossier.change("resolue", issue="resolue")
    dossier.traitement.echeances = {f"piece_jointe:p{rang}:j15": now + timedelta(days=15) for rang in range(8)}
    await engine.tell(dossier, "resolue")

    await engine.pass_time(timedelta(days=15, minutes=1))

    await asyncio.wait_for(engine.process(dossier).result(), PATIENCE_S)
    assert sorted(dossier.detruites) == [f"p{rang}" for rang in range(8)]
    assert sorted(dossier.met) == [f"piece_jointe:p{rang}:j15" for rang in range(8)]


async def test_a_file_that_attachment_does_not_destroy_yet_is_not_said_to_be_expired(engine: Engine, dossier: Dossier) -> None:
    """Two clocks that differ leave no bytes behind: the deadline comes again until they are gone."""
    expiration = await engine.now() + timedelta(days=15)
    engine.maison.expires_after = expiration + timedelta(minutes=3)
    dossier.change("resolue", issue="resolue")
    dossier.traitement.echeances = {"piece_jointe:p1:j15": expiration}
    await engine.tell(dossier, "resolue")

    await engine.pass_time(timedelta(days=15, hours=1))

    await asyncio.wait_for(engine.process(dossier).result(), PATIENCE_S)
    steps = [line for line in engine.maison.journal if not line.startswith("read")]
    assert steps == ["destroy:expiration:p1"] * 3 + ["meet:piece_jointe:p1:j15"]
    assert dossier.detruites == {"p1": "expiration"}


async def test_a_number_that_is_not_opened_yet_waits_for_its_opening(engine: Engine, dossier: Dossier) -> None:
    await engine.tell(dossier, "evoluee")
    await engine.pass_time(timedelta(days=3))
    assert engine.maison.journal == ["read:traitement"], "nothing is timed, nothing spins"

    await open_demande(engine, dossier)

    assert dossier.verdicts == {"p1": "saine", "p2": "saine"}


async def test_a_reopened_demande_lives_again_from_its_number(engine: Engine, dossier: Dossier) -> None:
    dossier.change("resolue", issue="resolue")
    await engine.tell(dossier, "resolue")
    assert await asyncio.wait_for(engine.process(dossier).result(), PATIENCE_S) == Issue(issue="resolue")

    dossier.change("en_cours")
    dossier.vues[Processus.TRAITEMENT].echeances["resolution:100"] = await engine.now() + timedelta(days=1)
    await engine.tell(dossier, "rouverte")
    await engine.pass_time(timedelta(days=2))

    assert dossier.met == ["resolution:100"]


async def test_what_operators_see_follows_the_record(engine: Engine, dossier: Dossier) -> None:
    await open_demande(engine, dossier)

    process = engine.process(dossier).id
    assert await engine.attribut(process, "EpEtape") == "deposee"
    assert await engine.attribut(process, "EpCaisse") == "061"
    assert await engine.attribut(process, "EpNumero") == dossier.numero
    assert await engine.attribut(process, "EpEcheance") == dossier.traitement.echeances["prise_en_charge:50"]
    assert await engine.attribut(process, "EpIntervention") is False
