"""The one family of errors of the house, by who must act.

    HouseError
    ├─ DomainError            a rule said no; retrying changes nothing
    │  ├─ NotFoundError       ├ ConflictError       ├ RuleError       └ ForbiddenError
    ├─ ContractError          a message or payload breaks its contract
    ├─ NeighbourBugError      a service of the house failed at its own bug; the same call fails again
    └─ DependencyError        the outside world failed; the same call may work later
       ├─ DependencyTimeoutError   └ DependencyUnavailableError
    (anything else)           a bug

Nothing here knows HTTP, NATS or Temporal: each edge has one table (plumbing: problems, nats_bus, temporal).
"""

from dataclasses import dataclass


class HouseError(Exception):
    """Anything the house itself refuses or fails at.

    `code` is stable, English, kebab-case: programs read it. `title` is French, for people.
    """

    code = "erreur"
    title = "Erreur"


class DomainError(HouseError):
    """A rule said no; the same call will be refused again."""


class NotFoundError(DomainError):
    """Not there, or not visible from this perimetre: the caller cannot tell which."""

    code = "not-found"
    title = "Introuvable"


class ConflictError(DomainError):
    """The thing is no longer in a state that allows the act."""

    code = "conflict"
    title = "L'état a changé"


class ForbiddenError(DomainError):
    """The person is known but this role may not do this (never used to hide a foreign object)."""

    code = "forbidden"
    title = "Action non autorisée"


class UnauthenticatedError(DomainError):
    """Nobody, or a token that is not valid any more."""

    code = "unauthenticated"
    title = "Connexion nécessaire"


class GoneError(DomainError):
    """It was there and is destroyed for good."""

    code = "gone"
    title = "N'est plus disponible"


class ThrottledError(DomainError):
    """Too many tries: the same call may be made again after `retry_after_s` seconds."""

    code = "throttled"
    title = "Trop de tentatives"

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field, and what to do about it, in French."""

    champ: str
    message: str
    code: str = "invalide"


class RuleError(DomainError):
    """The content breaks a rule. Carries one FieldError per faulty field, in the order of the form."""

    code = "rule"
    title = "Il y a un problème"

    def __init__(self, message: str, *, fields: tuple[FieldError, ...] = ()) -> None:
        super().__init__(message)
        self.fields = fields


class ContractError(HouseError):
    """A message or payload breaks its contract: its producer must be repaired."""

    code = "contract"
    title = "Message non conforme"


class NeighbourBugError(HouseError):
    """A service of the house met a bug of its own: whoever repeats the call meets it again."""

    code = "internal"
    title = "Erreur interne"


class DependencyError(HouseError):
    """The outside world failed; the same call may work later.

    `dependency` is a component ("clamd"), `act` what we were doing ("give a verdict").
    """

    code = "dependency"
    title = "Service momentanément indisponible"

    def __init__(self, dependency: str, act: str) -> None:
        super().__init__(f"{dependency} could not {act}")
        self.dependency = dependency
        self.act = act


class DependencyTimeoutError(DependencyError):
    """No answer before the deadline."""

    code = "dependency-timeout"


class DependencyUnavailableError(DependencyError):
    """An answer that is no answer, a refused connection, a broken one."""

    code = "dependency-unavailable"
