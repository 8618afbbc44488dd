"""The end of sessions, ordered by a fact of the account (trust B3)."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from shared.contracts.evenements import Enveloppe, event_subject
from shared.kernel.clock import FixedClock
from shared.kernel.errors import ContractError, DependencyUnavailableError
from shared.kernel.identifiers import CompteId
from shared.webkit.revocation import end_sessions
from shared.webkit.sessions import AGENT
from tests.unit.webkit.fakes import MemorySessions

MARDI = datetime(2026, 2, 10, 9, tzinfo=UTC)
ANNE, LEO = CompteId(UUID(int=1)), CompteId(UUID(int=2))


def un_fait(subject: str) -> Enveloppe:
    return Enveloppe(id="1", source="/services/directory", type=event_subject("compte", "suspendu"), subject=subject, time=MARDI)


async def test_every_session_of_the_account_ends_and_no_other_told_once_or_twice() -> None:
    sessions = MemorySessions("agent", AGENT, FixedClock(MARDI))
    tokens = [await sessions.open(compte, {}) for compte in (ANNE, ANNE, LEO)]

    await end_sessions(sessions, un_fait(str(ANNE)))
    await end_sessions(sessions, un_fait(str(ANNE)))

    assert [await sessions.read(token) is None for token in tokens] == [True, True, False]


async def test_a_fact_that_names_no_account_is_refused_for_good() -> None:
    with pytest.raises(ContractError):
        await end_sessions(MemorySessions("agent", AGENT, FixedClock(MARDI)), un_fait("2683100001"))


async def test_a_database_that_is_down_is_left_to_the_reader_which_tries_again() -> None:
    class Down(MemorySessions):
        async def end_all(self, compte_id: CompteId) -> None:
            raise DependencyUnavailableError("PostgreSQL", "run a transaction")

    with pytest.raises(DependencyUnavailableError):
        await end_sessions(Down("agent", AGENT, FixedClock(MARDI)), un_fait(str(ANNE)))
