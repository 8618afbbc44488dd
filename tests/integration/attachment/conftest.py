"""The service of attachment on the running stores."""

from collections.abc import AsyncIterator

import pytest

from services.attachment.settings import Settings
from tests.integration.attachment.atelier import Atelier
from tests.integration.support import RunningStack


@pytest.fixture
def settings(stack: RunningStack, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for nom, valeur in stack.environment("attachment").items():
        monkeypatch.setenv(nom, valeur)
    return Settings()


@pytest.fixture
async def atelier(stack: RunningStack, settings: Settings) -> AsyncIterator[Atelier]:
    atelier = Atelier(settings, stack)
    yield await atelier.begin()
    await atelier.close()
