"""The ameli account behind a port: does this person have one? (house §3). The product has no link to the real ameli."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonneAmeli:
    """Whom we ask about; never a NIR."""

    nom: str
    prenom: str
    date_naissance: str


class RegistreAmeli(Protocol):
    """Who has an ameli account."""

    async def has_compte(self, personne: PersonneAmeli) -> bool | None:
        """True, False, or None when the registry does not know. Raises: DependencyError when it does not answer."""


class NoRegistreAmeli:
    """No registry: nothing is known, and an agent says what it is."""

    async def has_compte(self, personne: PersonneAmeli) -> bool | None:  # noqa: ARG002  the contract's parameter
        """Never an answer."""
        return None
