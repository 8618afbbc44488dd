"""What an antivirus can answer: three outcomes and no fourth (trust §2.4)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Saine:
    """The whole reply is exactly OK: the file may be served."""


@dataclass(frozen=True, slots=True)
class Infectee:
    """The whole reply names a signature; names that start with `Heuristics.` are a refusal (see raisons)."""

    signature: str


@dataclass(frozen=True, slots=True)
class Indeterminee:
    """Anything else. Never served, never final: it is tried again. `raison` is for logs: no part of the file."""

    raison: str


Verdict = Saine | Infectee


@dataclass(frozen=True, slots=True)
class VersionAntivirus:
    """Which engine and which base judged, as stored with the verdict. `base` is empty without the official one."""

    moteur: str
    base: str = ""
