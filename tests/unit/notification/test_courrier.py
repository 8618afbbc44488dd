"""The mail port in memory behaves as the real one does (tests/integration/notification)."""

import pytest

from services.notification.ports.courrier import Courriel, CourrielPostponedError, CourrielRefusedError
from services.notification.ports.memory_courrier import MemoryCourrier
from shared.kernel.errors import DependencyError


def un_courriel(a: str = "anne.exemple@exemple.fr") -> Courriel:
    return Courriel(message_id="0190", a=a, objet="Demande 2683100012", corps="Bonjour,\n")


async def test_a_taken_message_is_kept_once() -> None:
    courrier = MemoryCourrier()

    await courrier.send(un_courriel())

    assert courrier.taken == [un_courriel()]


async def test_a_cut_relay_is_a_dependency_that_failed() -> None:
    courrier = MemoryCourrier()
    courrier.down = True

    with pytest.raises(DependencyError):
        await courrier.send(un_courriel())


async def test_a_refused_mailbox_is_final() -> None:
    courrier = MemoryCourrier()
    courrier.refused = {"inconnu@exemple.fr"}

    with pytest.raises(CourrielRefusedError):
        await courrier.send(un_courriel("inconnu@exemple.fr"))


async def test_a_full_mailbox_puts_off_its_own_message_only() -> None:
    courrier = MemoryCourrier()
    courrier.postponed = {"pleine@exemple.fr"}

    with pytest.raises(CourrielPostponedError):
        await courrier.send(un_courriel("pleine@exemple.fr"))
    await courrier.send(un_courriel("autre@exemple.fr"))

    assert [courriel.a for courriel in courrier.taken] == ["autre@exemple.fr"]
