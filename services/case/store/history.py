"""What a partner's structure sees: its history, its received files, the star of an account (domain §3.3)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute

from services.case.domain.demande import SousEtat
from services.case.domain.piece_jointe import EtatPiece
from services.case.store.tables import DemandeRow, MotRow, PieceJointeRow, SuiviRow
from shared.contracts.perimetre import Perimetre
from shared.kernel.identifiers import NumeroDemande
from shared.plumbing.database import AsyncSession, within

_AFTER_LETTERS: Final = "{"
_TRIS: Final[dict[str, InstrumentedAttribute[Any]]] = {
    "deposee_le": DemandeRow.deposee_le,
    "statut_modifie_le": DemandeRow.statut_modifie_le,
    "numero": DemandeRow.numero,
    "offre": DemandeRow.offre_libelle,
    "statut": DemandeRow.statut,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteres:
    """Filters of the history, in the store's words. `depuis` inside, `jusqua` outside. `mots`: beginnings of words, all of them."""

    page: int
    taille: int
    tri: str
    descendant: bool
    offre: str | None = None
    motif: str | None = None
    statut: str | None = None
    attente: bool = False
    depuis: datetime | None = None
    jusqua: datetime | None = None
    suivies: bool = False
    miennes: bool = False
    mots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LigneHistorique:
    """A row of the history with what this account keeps about it."""

    demande: DemandeRow
    suivie: bool
    nouvelle_reponse: bool
    documents: int
    expiration: datetime | None


async def list_history(
    session: AsyncSession, criteres: Criteres, *, perimetre: Perimetre, now: datetime
) -> tuple[list[LigneHistorique], int]:
    """One page, and the total of the filter."""
    conditions = _conditions(criteres, perimetre)
    suivi = and_(SuiviRow.numero == DemandeRow.numero, SuiviRow.compte_id == perimetre.acteur_id)
    base = within(perimetre, select(DemandeRow), table=DemandeRow).add_columns(SuiviRow).outerjoin(SuiviRow, suivi).where(*conditions)
    counted = within(perimetre, select(func.count()).select_from(DemandeRow), table=DemandeRow).outerjoin(SuiviRow, suivi)
    total = await session.scalar(counted.where(*conditions)) or 0
    rows = (await session.execute(_page(base, criteres))).all()
    documents = await _documents(session, [row.DemandeRow.numero for row in rows], perimetre, now)
    return [_ligne(row.DemandeRow, row.SuiviRow, documents.get(row.DemandeRow.numero)) for row in rows], total


async def list_received(session: AsyncSession, *, perimetre: Perimetre, since: datetime) -> list[tuple[PieceJointeRow, DemandeRow]]:
    """Files given to the structure whose window ended after `since`, soonest end first."""
    statement = (
        within(perimetre, select(PieceJointeRow), table=PieceJointeRow)
        .add_columns(DemandeRow)
        .join(DemandeRow, DemandeRow.numero == PieceJointeRow.numero)
        .where(PieceJointeRow.echeance_telechargement.is_not(None), PieceJointeRow.echeance_telechargement > since)
        .order_by(PieceJointeRow.echeance_telechargement, PieceJointeRow.id)
    )
    return [(row.PieceJointeRow, row.DemandeRow) for row in (await session.execute(statement)).all()]


async def find_suivi(session: AsyncSession, numero: NumeroDemande, perimetre: Perimetre) -> SuiviRow | None:
    """What this account keeps about the demande."""
    statement = within(perimetre, select(SuiviRow), table=SuiviRow)
    return await session.scalar(statement.where(SuiviRow.numero == numero, SuiviRow.compte_id == perimetre.acteur_id))


async def save_suivi(
    session: AsyncSession, numero: NumeroDemande, *, perimetre: Perimetre, suivie: bool | None = None, lu_le: datetime | None = None
) -> None:
    """Set the star, or the instant of the last reading."""
    changes: dict[str, object] = {}
    if suivie is not None:
        changes["suivie"] = suivie
    if lu_le is not None:
        changes["lu_le"] = lu_le
    await session.execute(
        insert(SuiviRow)
        .values(
            compte_id=perimetre.acteur_id,
            numero=numero,
            caisse_code=perimetre.caisse_code,
            structure_id=perimetre.structure_id,
            suivie=bool(suivie),
            lu_le=lu_le,
        )
        .on_conflict_do_update(index_elements=["compte_id", "numero"], set_=changes)
    )


def matching(mots: tuple[str, ...], perimetre: Perimetre) -> ColumnElement[bool]:
    """Every word is the beginning of one the demande is found by; words are letters and digits only, `{` comes after them."""
    return and_(
        *(
            DemandeRow.numero.in_(
                within(perimetre, select(MotRow.numero), table=MotRow).where(MotRow.mot >= mot, MotRow.mot < mot + _AFTER_LETTERS)
            )
            for mot in mots
        )
    )


def _conditions(criteres: Criteres, perimetre: Perimetre) -> list[ColumnElement[bool]]:
    voulues: list[ColumnElement[bool] | None] = [
        DemandeRow.offre == criteres.offre if criteres.offre else None,
        DemandeRow.motif == criteres.motif if criteres.motif else None,
        DemandeRow.statut == criteres.statut if criteres.statut else None,
        DemandeRow.sous_etat == SousEtat.ATTENTE_PARTENAIRE.value if criteres.attente else None,
        DemandeRow.deposee_le >= criteres.depuis if criteres.depuis else None,
        DemandeRow.deposee_le < criteres.jusqua if criteres.jusqua else None,
        SuiviRow.suivie.is_(True) if criteres.suivies else None,
        DemandeRow.demandeur_id == perimetre.acteur_id if criteres.miennes else None,
        matching(criteres.mots, perimetre) if criteres.mots else None,
    ]
    return [condition for condition in voulues if condition is not None]


def _page(statement: Select[DemandeRow, SuiviRow], criteres: Criteres) -> Select[DemandeRow, SuiviRow]:
    colonne = _TRIS[criteres.tri]
    ordre = colonne.desc() if criteres.descendant else colonne.asc()
    return statement.order_by(ordre, DemandeRow.numero.desc()).limit(criteres.taille).offset((criteres.page - 1) * criteres.taille)


def _ligne(demande: DemandeRow, suivi: SuiviRow | None, documents: tuple[int, datetime | None] | None) -> LigneHistorique:
    lu_le = suivi.lu_le if suivi else None
    nouvelle = demande.message_caisse_le is not None and (lu_le is None or lu_le < demande.message_caisse_le)
    nombre, expiration = documents or (0, None)
    return LigneHistorique(demande, bool(suivi and suivi.suivie), nouvelle, nombre, expiration)


async def _documents(
    session: AsyncSession, numeros: list[str], perimetre: Perimetre, now: datetime
) -> dict[str, tuple[int, datetime | None]]:
    """For each demande of the page: files to download, and the soonest end."""
    if not numeros:
        return {}
    statement = (
        within(perimetre, select(PieceJointeRow.numero), table=PieceJointeRow)
        .add_columns(func.count().label("nombre"), func.min(PieceJointeRow.echeance_telechargement).label("fin"))
        .where(
            PieceJointeRow.numero.in_(numeros),
            PieceJointeRow.etat == EtatPiece.SAINE.value,
            PieceJointeRow.echeance_telechargement > now,
            PieceJointeRow.telechargee_le.is_(None),
        )
        .group_by(PieceJointeRow.numero)
    )
    return {row.numero: (row.nombre, row.fin) for row in (await session.execute(statement)).all()}
