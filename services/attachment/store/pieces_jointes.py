"""Reading and writing files' rows, always within a perimetre."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, insert, select, update

from services.attachment.domain.errors import PieceJointeNotFoundError
from services.attachment.domain.formats import FormatFichier
from services.attachment.domain.piece_jointe import CleScellee, EtatPieceJointe, OriginePieceJointe, PieceJointe
from services.attachment.domain.raisons import RaisonRefus
from services.attachment.domain.verdict import VersionAntivirus
from services.attachment.store.tables import PieceJointeRow
from shared.contracts.perimetre import Perimetre
from shared.kernel.identifiers import CaisseCode, CompteId, NumeroDemande, PieceJointeId, StructureId
from shared.plumbing.database import AsyncSession, within


async def get_piece_jointe(session: AsyncSession, piece_jointe_id: PieceJointeId, perimetre: Perimetre) -> PieceJointe:
    """The file, locked until the transaction ends. Raises: PieceJointeNotFoundError."""
    statement = _scoped(perimetre).where(PieceJointeRow.id == piece_jointe_id).with_for_update()
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise PieceJointeNotFoundError(piece_jointe_id)
    return to_domain(row)


async def find_pieces_jointes(session: AsyncSession, ids: Sequence[PieceJointeId], perimetre: Perimetre) -> list[PieceJointe]:
    """Those of these files that exist, locked, ordered by id (so that two transactions never wait for each other)."""
    statement = _scoped(perimetre).where(PieceJointeRow.id.in_(ids)).order_by(PieceJointeRow.id).with_for_update()
    return [to_domain(row) for row in (await session.execute(statement)).scalars()]


async def find_orphans(session: AsyncSession, perimetre: Perimetre, *, received_before: datetime, limit: int) -> list[PieceJointe]:
    """Files attached to nothing since then, whose bytes are still there, oldest first."""
    statement = (
        _scoped(perimetre)
        .where(PieceJointeRow.numero.is_(None), PieceJointeRow.cle_scellee.is_not(None), PieceJointeRow.recue_le < received_before)
        .order_by(PieceJointeRow.recue_le)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [to_domain(row) for row in (await session.execute(statement)).scalars()]


async def find_wrapped_by_others(session: AsyncSession, kid: str, perimetre: Perimetre, *, limit: int) -> list[PieceJointe]:
    """Files whose data key another master key than `kid` wraps, locked."""
    statement = (
        _scoped(perimetre)
        .where(PieceJointeRow.cle_scellee.is_not(None), PieceJointeRow.cle_maitre != kid)
        .order_by(PieceJointeRow.id)
        .limit(limit)
        .with_for_update()
    )
    return [to_domain(row) for row in (await session.execute(statement)).scalars()]


async def find_kept(session: AsyncSession, cles: Sequence[UUID], etats: Collection[EtatPieceJointe], perimetre: Perimetre) -> set[UUID]:
    """Those of these object keys whose file is in one of these states."""
    statement = within(
        perimetre,
        select(PieceJointeRow.cle_objet).where(PieceJointeRow.cle_objet.in_(cles), PieceJointeRow.etat.in_(etats)),
        table=PieceJointeRow,
    )
    return set((await session.execute(statement)).scalars())


async def add_piece_jointe(session: AsyncSession, piece: PieceJointe) -> None:
    """Insert a file just received."""
    await session.execute(insert(PieceJointeRow).values(id=piece.id, **_values(piece)))


async def save_piece_jointe(session: AsyncSession, piece: PieceJointe) -> None:
    """Write back a file that this transaction holds locked."""
    await session.execute(update(PieceJointeRow).where(PieceJointeRow.id == piece.id).values(**_values(piece)))


def _scoped(perimetre: Perimetre) -> Select[PieceJointeRow]:
    return within(perimetre, select(PieceJointeRow), table=PieceJointeRow)


def to_domain(row: PieceJointeRow) -> PieceJointe:
    """The file behind a row."""
    cle = CleScellee(row.cle_maitre, row.cle_scellee) if row.cle_maitre is not None and row.cle_scellee is not None else None
    return PieceJointe(
        id=PieceJointeId(row.id),
        caisse_code=CaisseCode(row.caisse_code),
        structure_id=None if row.structure_id is None else StructureId(row.structure_id),
        deposee_par=CompteId(row.deposee_par),
        origine=OriginePieceJointe(row.origine),
        nom=row.nom,
        format=FormatFichier(row.format),
        taille_octets=row.taille_octets,
        sha256=row.sha256,
        cle_objet=row.cle_objet,
        recue_le=row.recue_le,
        etat=EtatPieceJointe(row.etat),
        cle=cle,
        numero=None if row.numero is None else NumeroDemande(row.numero),
        raison=None if row.raison is None else RaisonRefus(row.raison),
        signature=row.signature,
        version_antivirus=None if row.moteur is None else VersionAntivirus(row.moteur, row.base_signatures or ""),
        verdict_le=row.verdict_le,
        mise_a_disposition_le=row.mise_a_disposition_le,
        echeance_telechargement=row.echeance_telechargement,
        telechargee_le=row.telechargee_le,
        detruite_le=row.detruite_le,
    )


def _values(piece: PieceJointe) -> dict[str, object]:
    version = piece.version_antivirus
    return {
        "caisse_code": piece.caisse_code,
        "structure_id": piece.structure_id,
        "deposee_par": piece.deposee_par,
        "origine": piece.origine.value,
        "nom": piece.nom,
        "format": piece.format.value,
        "taille_octets": piece.taille_octets,
        "sha256": piece.sha256,
        "cle_objet": piece.cle_objet,
        "etat": piece.etat.value,
        "cle_maitre": None if piece.cle is None else piece.cle.kid,
        "cle_scellee": None if piece.cle is None else piece.cle.octets,
        "numero": piece.numero,
        "raison": None if piece.raison is None else piece.raison.value,
        "signature": None if piece.signature is None else piece.signature[:200],
        "moteur": None if version is None else version.moteur[:60],
        "base_signatures": None if version is None else version.base[:80],
        "recue_le": piece.recue_le,
        "verdict_le": piece.verdict_le,
        "mise_a_disposition_le": piece.mise_a_disposition_le,
        "echeance_telechargement": piece.echeance_telechargement,
        "telechargee_le": piece.telechargee_le,
        "detruite_le": piece.detruite_le,
    }
