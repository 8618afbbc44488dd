"""Accounts, looked up by e-mail or id, and their places, read one caisse at a time."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from services.directory.domain.compte import Compte, Portee, StatutCompte, normalize_courriel
from services.directory.domain.errors import CompteNotFoundError, CourrielTakenError
from services.directory.domain.structure import StatutConvention
from services.directory.store.tables import FRESH, CompteRow, ConventionRow, PerimetreRow, StructureRow
from shared.contracts.perimetre import Perimetre
from shared.kernel.identifiers import CaisseCode, CompteId, StructureId, new_id
from shared.plumbing.database import AsyncSession, within


async def find_by_courriel(session: AsyncSession, courriel: str) -> Compte | None:
    """The account with this address. No tenant: nobody knows yet where it works."""
    row = await session.scalar(select(CompteRow).where(CompteRow.courriel == normalize_courriel(courriel)))
    return None if row is None else _to_domain(row)


async def get_compte(session: AsyncSession, compte_id: CompteId) -> Compte:
    """The account, locked. No tenant in it: its places are, and are read in their perimetre. Raises: CompteNotFoundError."""
    statement = select(CompteRow).where(CompteRow.compte_id == compte_id).with_for_update()
    row = await session.scalar(statement, execution_options=FRESH)
    if row is None:
        raise CompteNotFoundError(compte_id)
    return _to_domain(row)


async def add_compte(session: AsyncSession, compte: Compte, *, now: datetime) -> None:
    """A new account. Raises: CourrielTakenError."""
    session.add(
        CompteRow(
            compte_id=compte.compte_id,
            courriel=compte.courriel,
            nom=compte.nom,
            prenom=compte.prenom,
            mot_de_passe=compte.mot_de_passe,
            statut=compte.statut.value,
            caisses=list(compte.caisses),
            cree_le=now,
            derniere_connexion_le=None,
            reactive_le=None,
        )
    )
    try:
        await session.flush()
    except IntegrityError as error:
        raise CourrielTakenError from error


async def save_compte(session: AsyncSession, compte: Compte) -> None:
    """What may change of an account."""
    await session.execute(
        update(CompteRow)
        .where(CompteRow.compte_id == compte.compte_id)
        .values(
            courriel=compte.courriel,
            nom=compte.nom,
            prenom=compte.prenom,
            mot_de_passe=compte.mot_de_passe,
            statut=compte.statut.value,
            caisses=list(compte.caisses),
            derniere_connexion_le=compte.derniere_connexion_le,
            reactive_le=compte.reactive_le,
        )
    )


async def note_connexion(session: AsyncSession, compte_id: CompteId, *, now: datetime) -> None:
    """The account was used: unused ones are deactivated one day (domain §12.2)."""
    await session.execute(update(CompteRow).where(CompteRow.compte_id == compte_id).values(derniere_connexion_le=now))


async def list_comptes(
    session: AsyncSession, perimetre: Perimetre, *, roles: Sequence[str] = (), structure_id: StructureId | None = None
) -> list[tuple[Compte, Portee]]:
    """Accounts that work in the perimetre with the place where they do, ordered by e-mail then role."""
    statement = (
        within(perimetre, select(PerimetreRow), table=PerimetreRow)
        .join(CompteRow, CompteRow.compte_id == PerimetreRow.compte_id)
        .add_columns(CompteRow)
        .order_by(CompteRow.courriel, PerimetreRow.role)
    )
    if roles:
        statement = statement.where(PerimetreRow.role.in_(roles))
    if structure_id is not None:
        statement = statement.where(PerimetreRow.structure_id == structure_id)
    return [
        (
            _to_domain(compte),
            Portee(
                caisse_code=CaisseCode(place.caisse_code),
                role=place.role,
                structure_id=StructureId(place.structure_id) if place.structure_id else None,
            ),
        )
        for place, compte in await session.execute(statement)
    ]


async def list_portees(session: AsyncSession, compte_id: CompteId, perimetre: Perimetre) -> list[Portee]:
    """The account's places in the perimetre, ordered by structure's name then role."""
    convention = (
        within(perimetre, select(ConventionRow.statut), table=ConventionRow)
        .where(
            ConventionRow.caisse_code == PerimetreRow.caisse_code,
            ConventionRow.structure_id == PerimetreRow.structure_id,
        )
        .order_by(ConventionRow.cree_le.desc())
        .limit(1)
        .scalar_subquery()
    )
    statement = within(
        perimetre,
        select(PerimetreRow, StructureRow.nom, convention)
        .outerjoin(
            StructureRow,
            (StructureRow.caisse_code == PerimetreRow.caisse_code) & (StructureRow.structure_id == PerimetreRow.structure_id),
        )
        .where(PerimetreRow.compte_id == compte_id)
        .order_by(StructureRow.nom, PerimetreRow.role),
        table=PerimetreRow,
    )
    return [
        Portee(
            caisse_code=CaisseCode(place.caisse_code),
            role=place.role,
            structure_id=StructureId(place.structure_id) if place.structure_id else None,
            structure_nom=nom or "",
            convention=StatutConvention(statut) if statut else None,
        )
        for place, nom, statut in await session.execute(statement)
    ]


async def add_portee(session: AsyncSession, compte_id: CompteId, portee: Portee, *, now: datetime) -> None:
    """One place more for the account."""
    session.add(
        PerimetreRow(
            perimetre_id=new_id(),
            caisse_code=portee.caisse_code,
            structure_id=portee.structure_id,
            compte_id=compte_id,
            role=portee.role,
            cree_le=now,
        )
    )
    await session.flush()


async def count_gestionnaires(session: AsyncSession, structure_id: StructureId, perimetre: Perimetre) -> int:
    """How many gestionnaires the structure has, suspended ones included, ended ones not."""
    statement = within(
        perimetre,
        select(func.count()).select_from(PerimetreRow).join(CompteRow, CompteRow.compte_id == PerimetreRow.compte_id),
        table=PerimetreRow,
    )
    return (
        await session.scalar(
            statement.where(
                PerimetreRow.structure_id == structure_id,
                PerimetreRow.role == "gestionnaire",
                CompteRow.statut.in_([StatutCompte.ACTIF.value, StatutCompte.SUSPENDU.value]),
            )
        )
        or 0
    )


def _to_domain(row: CompteRow) -> Compte:
    return Compte(
        compte_id=CompteId(row.compte_id),
        courriel=row.courriel,
        nom=row.nom,
        prenom=row.prenom,
        mot_de_passe=row.mot_de_passe,
        statut=StatutCompte(row.statut),
        caisses=[CaisseCode(code) for code in row.caisses],
        cree_le=row.cree_le,
        derniere_connexion_le=row.derniere_connexion_le,
        reactive_le=row.reactive_le,
    )
