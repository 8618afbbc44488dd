"""Messages being written: kept for their author, gone once sent, erased with what they speak of, forgotten in time (UX-A08)."""

from datetime import timedelta

import pytest

from services.case.domain.errors import DemandeNotFoundError, TexteTooLongError
from services.case.operations.brouillons import KEPT, forget_brouillons, read_brouillon, save_brouillon
from services.case.operations.handle_saisine import withdraw
from services.case.operations.post_message import add_note, post_message_partenaire
from shared.contracts.http.case import BrouillonMessage, MessageRequest
from shared.contracts.perimetre import Perimetre, systeme
from shared.kernel.identifiers import NumeroDemande
from tests.integration.case.conftest import CAISSE, Desk


async def write(desk: Desk, numero: NumeroDemande, qui: Perimetre, texte: str) -> None:
    brouillon = BrouillonMessage(texte=texte)
    await save_brouillon(desk.session, numero, brouillon, perimetre=await desk.as_(qui), tools=desk.tools)


async def read(desk: Desk, numero: NumeroDemande, qui: Perimetre) -> str:
    return (await read_brouillon(desk.session, numero, perimetre=await desk.as_(qui))).texte


async def test_each_one_finds_back_their_own_text_and_nobody_else_s(desk: Desk) -> None:
    numero = await desk.file()
    for qui, texte in ((desk.agent, "de l'agent"), (desk.autre_agent, "du collègue"), (desk.partenaire, "du partenaire")):
        await write(desk, numero, qui, "premier jet\x00")
        await write(desk, numero, qui, texte)

    assert await read(desk, numero, desk.agent) == "de l'agent"
    assert await read(desk, numero, desk.autre_agent) == "du collègue"
    assert await read(desk, numero, desk.partenaire) == "du partenaire"
    assert await read(desk, numero, desk.conseiller) == ""


async def test_a_stranger_keeps_nothing_there_and_a_text_has_an_end(desk: Desk) -> None:
    numero = await desk.file()

    with pytest.raises(DemandeNotFoundError):
        await write(desk, numero, desk.etranger, "x")
    with pytest.raises(TexteTooLongError):
        await write(desk, numero, desk.agent, "x" * 20_001)


async def test_what_is_sent_or_emptied_is_written_no_more(desk: Desk) -> None:
    numero = await desk.file()
    for qui in (desk.agent, desk.autre_agent, desk.partenaire):
        await write(desk, numero, qui, "à finir")

    await add_note(desk.session, numero, "Vu.", perimetre=await desk.as_(desk.agent), tools=desk.tools)
    partenaire = await desk.as_(desk.partenaire)
    await post_message_partenaire(desk.session, numero, MessageRequest(texte="Voici."), perimetre=partenaire, tools=desk.tools)
    await write(desk, numero, desk.autre_agent, " ")

    assert [await read(desk, numero, qui) for qui in (desk.agent, desk.autre_agent, desk.partenaire)] == ["", "", ""]


async def test_a_text_nobody_touched_for_a_month_is_forgotten(desk: Desk) -> None:
    numero = await desk.file()
    await write(desk, numero, desk.agent, "ancien")
    desk.clock.at += timedelta(days=1)
    await write(desk, numero, desk.partenaire, "récent")
    desk.clock.at += KEPT - timedelta(hours=1)

    perimetre = await desk.as_(systeme(CAISSE))
    assert await forget_brouillons(desk.session, perimetre=perimetre, clock=desk.clock) == 1
    assert await read(desk, numero, desk.agent) == ""
    assert await read(desk, numero, desk.partenaire) == "récent"


async def test_a_withdrawn_consent_erases_what_was_being_written(desk: Desk) -> None:
    numero = await desk.file(motif="saisine_mas")
    await write(desk, numero, desk.conseiller, "elle m'a dit")
    await write(desk, numero, desk.partenaire, "elle me dit")

    await withdraw(desk.session, numero, perimetre=await desk.as_(desk.conseiller), tools=desk.tools)

    assert [await read(desk, numero, qui) for qui in (desk.conseiller, desk.partenaire)] == ["", ""]
