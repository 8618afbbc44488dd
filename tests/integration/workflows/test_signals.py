"""Signals dropped, doubled, reordered: same end state (trust C3). The record arbitrates, a signal only says "look again"."""

import asyncio
from datetime import timedelta

import pytest

from shared.kernel.identifiers import NumeroDemande
from tests.integration.workflows.dossier import Dossier
from tests.integration.workflows.engine import PATIENCE_S, Engine
from workflows.starter import tell_traitement

DROPPED, ONCE, TWICE = 0, 1, 2
DELIVERIES = {
    "each once": [ONCE] * 4,
    "each twice": [TWICE] * 4,
    "only the first": [ONCE, DROPPED, DROPPED, DROPPED],
    "only the last": [DROPPED, DROPPED, DROPPED, ONCE],
    "every other": [DROPPED, ONCE, DROPPED, TWICE],
}
SWEEP = "evoluee"  # case's own sweep, for a process that lags (house §2)


@pytest.mark.parametrize("deliveries", DELIVERIES.values(), ids=DELIVERIES.keys())
async def test_signals_lost_or_doubled_lead_to_the_same_end(engine: Engine, dossier: Dossier, deliveries: list[int]) -> None:
    for (fait, delai), times in zip(ACTS.items(), deliveries, strict=True):
        await act(engine, dossier, fait)
        for _ in range(times):
            await engine.tell(dossier, fait)
        await engine.pass_time(delai)
    await engine.tell(dossier, SWEEP)
    await engine.pass_time(timedelta(days=20))

    await asyncio.wait_for(engine.process(dossier).result(), PATIENCE_S)

    assert dossier.verdicts == {"p1": "saine", "p2": "infectee", "p3": "saine"}
    assert dossier.detruites == {"p3": "expiration"}
    assert dossier.met[-2:] == ["piece_jointe:p3:j12", "piece_jointe:p3:j15"]


async def test_signals_out_of_order_and_all_at_once_lead_to_the_same_end(engine: Engine, dossier: Dossier) -> None:
    for fait in ACTS:
        await act(engine, dossier, fait)

    for fait in [*reversed(ACTS), *ACTS]:
        await tell_traitement(engine.client, NumeroDemande(dossier.numero), fait)
    await engine.settle(engine.process(dossier))
    await engine.pass_time(timedelta(days=20))

    await asyncio.wait_for(engine.process(dossier).result(), PATIENCE_S)
    assert dossier.verdicts == {"p1": "saine", "p2": "infectee", "p3": "saine"}
    assert dossier.detruites == {"p3": "expiration"}


async def test_a_step_that_ended_is_not_started_again_while_its_fact_is_on_its_way(engine: Engine, dossier: Dossier) -> None:
    engine.maison.lag = True
    await act(engine, dossier, "ouverte")

    await engine.tell(dossier, "ouverte")
    await engine.tell(dossier, "evoluee")
    await engine.tell(dossier, "evoluee")

    assert engine.maison.journal.count("scan:p1,p2") == 1
    assert engine.maison.journal.count("read:traitement") == 3


async def test_a_step_asked_again_for_another_file_is_done_for_it(engine: Engine, dossier: Dossier) -> None:
    dossier.analyse("analyse:message", "p1")
    dossier.change("en_cours")
    await engine.tell(dossier, "ouverte")

    dossier.analyse("analyse:message", "p2")
    dossier.change()
    await engine.tell(dossier, "evoluee")

    assert dossier.verdicts == {"p1": "saine", "p2": "saine"}


async def test_a_deadline_that_the_record_still_names_comes_again_ever_later(engine: Engine, dossier: Dossier) -> None:
    """A clock of case that is behind loses no deadline, and makes nothing spin."""
    dossier.change("en_cours")
    dossier.traitement.echeances["resolution:100"] = await engine.now() + timedelta(hours=1)
    await engine.tell(dossier, "ouverte")
    dossier.traitement.echeances["resolution:100"] += timedelta(minutes=10)  # not told: case finds it not due yet

    await engine.pass_time(timedelta(hours=3))

    await engine.settle(engine.process(dossier))
    assert dossier.met == ["resolution:100"]
    assert engine.maison.journal.count("meet:resolution:100") <= 3


ACTS = {
    "ouverte": timedelta(hours=2),
    "prise_en_charge": timedelta(hours=2),
    "evoluee": timedelta(hours=1),
    "resolue": timedelta(hours=1),
}


async def act(engine: Engine, dossier: Dossier, fait: str) -> None:
    """The transaction of case behind each fact."""
    now = await engine.now()
    match fait:
        case "ouverte":
            engine.maison.infectees = {"p2"}
            dossier.analyse("analyse:depot", "p1", "p2")
            dossier.change("deposee")
            dossier.traitement.echeances = {"prise_en_charge:100": now + timedelta(days=1)}
        case "prise_en_charge":
            dossier.change("en_cours")
            dossier.traitement.echeances = {"resolution:100": now + timedelta(days=2)}
        case "evoluee":
            dossier.analyse("analyse:reponse", "p3")
            dossier.change()
        case _:
            dossier.change("resolue", issue="resolue")
            dossier.traitement.echeances = {f"piece_jointe:p3:j{jours}": now + timedelta(days=jours) for jours in (12, 15)}
