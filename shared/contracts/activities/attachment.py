"""Steps performed by attachment, as the workflows see them. The service registers the same names."""

from temporalio import activity

from shared.contracts.base import Contract


class ScanPiecesJointesInput(Contract):
    """The files of one deposit or message. Idempotent by file: one with a verdict is not scanned again."""

    numero: str
    piece_jointe_ids: list[str]


class VerdictPieceJointe(Contract):
    """The verdict of one file: `saine`, `infectee`, `refusee` or `detruite` (purged before its turn)."""

    piece_jointe_id: str
    etat: str


class ScanPiecesJointesResult(Contract):
    """One verdict per file asked, in the same order. There is no result without a verdict: it is an error, retried."""

    verdicts: list[VerdictPieceJointe]


class DestroyPiecesJointesInput(Contract):
    """Files whose bytes and keys must go. Idempotent by file; the names stay. `motif`: `expiration` or `purge`."""

    numero: str
    piece_jointe_ids: list[str]
    motif: str


class DestroyPiecesJointesResult(Contract):
    """The files whose bytes are gone, those already gone included."""

    detruites: list[str]


@activity.defn(name="attachment.scan_pieces_jointes")
async def scan_pieces_jointes(entree: ScanPiecesJointesInput) -> ScanPiecesJointesResult:
    """Read, decrypt, compare the hash, scan; the verdict and its fact are committed by attachment (trust §2.6)."""
    raise NotImplementedError


@activity.defn(name="attachment.destroy_pieces_jointes")
async def destroy_pieces_jointes(entree: DestroyPiecesJointesInput) -> DestroyPiecesJointesResult:
    """Destroy bytes and key; attachment refuses an expiry before its own instant ("no longer due" is a result)."""
    raise NotImplementedError
