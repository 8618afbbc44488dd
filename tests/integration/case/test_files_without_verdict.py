"""A file in analysis that no process waits for is told to the engine again (trust §2.6): by the sweep of the record, within a minute.

Once the process has looked, it holds the analysis, which the engine retries by itself: the sweep has nothing to add.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from services.case.consumers.sweep import PERIOD
from services.case.operations import read_situation as engine
from services.case.operations.forget_verdicts import KEPT, forget_verdicts
from services.case.operations.post_message import post_message_agent, post_message_partenaire
from services.case.operations.remind_process import remind_process
from services.case.store import verdicts
from shared.contracts.http.case import MessageAgentRequest, MessageRequest
from shared.contracts.perimetre import systeme
from shared.contracts.situation import Processus, Situation, TypeEtape
from shared.kernel.identifiers import NumeroDemande
from tests.integration.case.conftest import CAISSE, Desk

UNE_MINUTE = timedelta(minutes=1)
Envoi = Callable[[Desk, NumeroDemande], Awaitable[None]]


async def look(desk: Desk, numero: NumeroDemande) -> Situation:
    """The process reads the record."""
    await desk.as_(systeme(CAISSE))
    return await engine.read_situation(desk.session, numero, Processus.TRAITEMENT, tools=desk.tools)


async def sweep(desk: Desk) -> int:
    """One turn. Returns: how many processes were told."""
    return await remind_process(desk.session, perimetre=await desk.as_(systeme(CAISSE)), tools=desk.tools)


async def told(desk: Desk, numero: NumeroDemande) -> list[str]:
    return [fait for fait, data in await desk.facts() if data["numero"] == numero]


async def as_partner(desk: Desk, numero: NumeroDemande) -> None:
    partenaire = await desk.as_(desk.partenaire)
    message = MessageRequest(pieces=[desk.receipt(partenaire)])
    await post_message_partenaire(desk.session, numero, message, perimetre=partenaire, tools=desk.tools)


async def _as_agent(desk: Desk, numero: NumeroDemande, genre: str) -> None:
    agent = await desk.as_(desk.agent)
    message = MessageAgentRequest.model_validate({"genre": genre, "texte": "Voir le fichier.", "pieces": [desk.receipt(agent)]})
    await post_message_agent(desk.session, numero, message, perimetre=agent, tools=desk.tools)


async def as_question(desk: Desk, numero: NumeroDemande) -> None:
    await _as_agent(desk, numero, "question")


async def as_information(desk: Desk, numero: NumeroDemande) -> None:
    await _as_agent(desk, numero, "information")


async def as_answer(desk: Desk, numero: NumeroDemande) -> None:
    await _as_agent(desk, numero, "reponse_finale")


@pytest.mark.parametrize("send", [as_partner, as_question, as_information, as_answer])
async def test_a_file_whose_signal_was_lost_is_told_again_within_a_minute(desk: Desk, send: Envoi) -> None:
    numero = await desk.file()
    await look(desk, numero)
    await send(desk, numero)
    before = await told(desk, numero)

    desk.clock.at += UNE_MINUTE - PERIOD  # the latest turn within the minute
    await sweep(desk)

    assert await told(desk, numero) == [*before, "evoluee"]
    (analyse,) = (await look(desk, numero)).etapes
    assert (analyse.type, len(analyse.ids)) == (TypeEtape.ANALYSE, 1)


async def test_a_filing_whose_signal_was_lost_is_told_again_within_a_minute(desk: Desk) -> None:
    numero = await desk.file(pieces=2)

    desk.clock.at += UNE_MINUTE - PERIOD
    await sweep(desk)

    assert await told(desk, numero) == ["ouverte", "evoluee"]


async def test_an_antivirus_silent_for_a_day_brings_no_storm_of_signals(desk: Desk) -> None:
    """The process holds the analysis and the engine tries it again: to tell it more would only cost steps."""
    numero = await desk.file(pieces=2)
    first = await look(desk, numero)

    for _ in range(24 * 60):
        desk.clock.at += UNE_MINUTE
        assert await sweep(desk) == 0

    assert await told(desk, numero) == ["ouverte"]
    assert (await look(desk, numero)).etapes == first.etapes  # still asked of a process that starts again from its number


async def test_an_engine_silent_for_a_day_is_told_ever_more_rarely(desk: Desk) -> None:
    numero = await desk.file(pieces=2)

    for _ in range(24 * 60):
        desk.clock.at += UNE_MINUTE
        await sweep(desk)

    assert 4 * 24 <= len(await told(desk, numero)) <= 4 * 24 + 8  # at first after 30 s, 1 min, 2 min…, then every quarter of an hour


async def test_a_verdict_that_nobody_comes_for_is_forgotten_after_its_file(desk: Desk) -> None:
    perdue, attendue = uuid4(), uuid4()
    perimetre = await desk.as_(systeme(CAISSE))
    await _keep(desk, perdue)
    desk.clock.at += KEPT
    await _keep(desk, attendue)
    desk.clock.at += UNE_MINUTE

    assert await forget_verdicts(desk.session, perimetre=perimetre, clock=desk.clock) == 1

    assert await verdicts.take_verdict(desk.session, perdue, perimetre) is None
    assert await verdicts.take_verdict(desk.session, attendue, perimetre) is not None


async def _keep(desk: Desk, piece: UUID) -> None:
    now = desk.clock.now()
    await verdicts.keep_verdict(desk.session, piece, "saine", "", structure_id=None, perimetre=systeme(CAISSE), now=now)
