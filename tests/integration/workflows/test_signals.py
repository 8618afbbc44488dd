"""Signals dropped, doubled, reordered: same end state (trust C3). The record arbitrates, a signal only says "look again"."""

import asyncio
import itertools
from collections.abc import Callable
from datetime import timedelta

from shared.kernel.identifiers import NumeroDemande
from tests.integration.workflows.dossier import Dossier
from tests.integration.workflows.engine import PATIENCE_S, Engine
from workflows.starter import tell_traitement

DROPPED, ONCE, TWICE = 0, 1, 2
SWEEP = "evoluee"  # case's own sweep, for a process that lags (house §2)


async def test_every_way_to_lose_or_double_signals_leads_to_the_same_end(engine: Engine) -> None:
    """C3: four facts, each dropped, told once or told twice: 81 demandes, one end."""
    ways = list(itertools.product((DROPPED, ONCE, TWICE), repeat=len(ACTS)))
    demandes = {way: engine.maison.dossier(f"260612{rang:04}") for rang, way in enumerate(ways)}

    for rang, (fait, delai) in enumerate(ACTS.items()):
        for way, demande in demandes.items():
            await act(engine, demande, fait)
            for _ in range(way[rang]):
                await tell_traitement(engine.client, NumeroDemande(demande.numero), fait)
        await settle_all(engine, [demande for way, demande in demandes.items() if any(way[: rang + 1])])
        await engine.pass_time(delai)
    for demande in demandes.values():
        await tell_traitement(engine.client, NumeroDemande(demande.numero), SWEEP)
    await settle_all(engine, list(demandes.values()))
    await engine.pass_time(timedelta(days=20))

    for demande in demandes.values():
        await asyncio.wait_for(engine.process(demande).result(), PATIENCE_S)
    ends = {end_of(demande) for demande in demandes.values()}
    assert ends == {("p1:saine p2:infectee p3:saine", "p3:expiration", "piece_jointe:p3:j12 piece_jointe:p3:j15")}


async def settle_all(engine: Engine, demandes: list[Dossier]) -> None:
    for demande in demandes:
        await engine.settle(engine.process(demande))


def end_of(demande: Dossier) -> tuple[str, str, str]:
    """What is left of a demande that ended: verdicts, files destroyed, deadlines met."""
    verdicts = " ".join(f"{id_}:{etat}" for id_, etat in sorted(demande.verdicts.items()))
    detruites = " ".join(f"{id_}:{motif}" for id_, motif in sorted(demande.detruites.items()))
    return verdicts, detruites, " ".join(demande.met)


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


async def test_a_file_told_again_while_its_analysis_is_tried_is_not_scanned_beside_it(engine: Engine, dossier: Dossier) -> None:
    """Trust §2.6: the antivirus is silent, the sweep or another fact wakes the process; there is one analysis, which succeeds alone."""
    engine.maison.antivirus_answers = False
    dossier.analyse("analyse:depot", "p1")
    dossier.change("deposee")
    await tell_traitement(engine.client, NumeroDemande(dossier.numero), "ouverte")
    await engine.wait_for(lambda: "scan:p1" in engine.maison.journal)

    for looked in (2, 3, 4):
        await tell_traitement(engine.client, NumeroDemande(dossier.numero), SWEEP)
        await engine.wait_for(has_looked(engine, looked))
    await engine.settle(engine.process(dossier), activities=False)
    scanned = engine.maison.journal.count("scan:p1")
    engine.maison.antivirus_answers = True
    await engine.pass_time(timedelta(hours=2))
    await engine.settle(engine.process(dossier))

    assert scanned == 1
    assert engine.maison.journal.count("scan:p1") == 2  # the same one, tried again
    assert dossier.verdicts == {"p1": "saine"}


def has_looked(engine: Engine, times: int) -> Callable[[], bool]:
    return lambda: engine.maison.journal.count("read:traitement") == times


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
