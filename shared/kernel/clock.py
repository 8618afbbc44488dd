"""Time is a port: whoever needs the present receives a Clock."""

from datetime import UTC, datetime


class Clock:
    """The present instant, aware, in UTC."""

    def now(self) -> datetime:
        """The present instant (aware, UTC)."""
        return datetime.now(UTC)


class FixedClock(Clock):
    """A clock that a test moves by hand."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The instant last set."""
        return self.at
