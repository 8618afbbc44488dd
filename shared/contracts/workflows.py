"""Inputs and results of workflows, and the names of the operators' updates."""

from pydantic import AwareDatetime

from shared.contracts.base import Contract

HOLD = "hold"
RESUME = "resume"
SKIP_ETAPE = "skip_etape"
EXTEND_ECHEANCE = "extend_echeance"
LOOK_AGAIN = "look_again"


class DemandeInput(Contract):
    """The number is all a run needs: everything else is read from the record."""

    numero: str


class Issue(Contract):
    """How the process ended, as the record says it (`resolue`, `cloturee`…)."""

    issue: str


class OperatorRequest(Contract):
    """Who asks, and why: recorded by case, never shown to partners."""

    operateur: str
    motif: str


class SkipEtapeRequest(OperatorRequest):
    """Give up the step with this key."""

    cle: str


class ExtendEcheanceRequest(OperatorRequest):
    """Move the deadline with this key to a new instant."""

    cle: str
    echue_le: AwareDatetime
