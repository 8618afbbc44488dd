"""What operations are handed by the composition, beside the session and the perimetre."""

from dataclasses import dataclass

from services.case.ports.ameli import RegistreAmeli
from shared.kernel.clock import Clock
from shared.plumbing.reference import ReferenceReader
from shared.plumbing.signatures import StatementVerifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """`demonstration`: the demo profile, where an operator may move the end of a received file (house §9.14)."""

    clock: Clock
    reference: ReferenceReader
    receipts: StatementVerifier
    ameli: RegistreAmeli
    demonstration: bool = False
