"""The queue of the caisse: built-in views, their counters, the next one to take, search (ux A01, A02, A05)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, union
from sqlalchemy.orm import InstrumentedAttribute

from services.case.domain.demande import ROUTAGE_ATTESTATION, SousEtat
from services.case.domain.echange import MessageCote
from services.case.domain.vue import Vue
from services.case.store.history import matching
from services.case.store.tables import DemandeRow
from shared.contracts.perimetre import Perimetre
from shared.kernel.identifiers import NumeroDemande
from shared.plumbing.database import AsyncSession, within

_MAS: Final = "mas"  # the queue of referrals
TRI_ECHEANCE: Final = "echeance"
# What the queue may be sorted by. A view holds what is open in a caisse: it is sorted in memory, whatever the column.
TRIS: Final[dict[str, InstrumentedAttribute[Any]]] = {
    TRI_ECHEANCE: DemandeRow.echeance_file,
    "demande": DemandeRow.deposee_le,
    "structure": DemandeRow.structure_nom,
    "activite": DemandeRow.derniere_activite_le,
    "agent": DemandeRow.agent_nom,
}
_OUVERTE = DemandeRow.sous_etat != SousEtat.RESOLU.value


@dataclass(frozen=True, slots=True, kw_only=True)
class CriteresFile:
    """A view with its filters; `files`: the queues this role serves. `agent`: an account, or « aucun »."""

    vue: Vue
    files: frozenset[str]
    page: int
    taille: int
    sans_suite_avant: datetime
    offre: str = ""
    motif: str = ""
    structure_id: UUID | None = None
    agent: UUID | str | None = None
    tri: str = TRI_ECHEANCE
    descendant: bool = False


async def list_view(session: AsyncSession, criteres: CriteresFile, *, perimetre: Perimetre, now: datetime) -> tuple[list[DemandeRow], int]:
    """One page of a view, most urgent first unless asked otherwise: nearest net deadline, then priority, then age."""
    conditions = [_servie(criteres.files), _vue(criteres.vue, perimetre, criteres.sans_suite_avant, now), *_filtres(criteres)]
    total = await session.scalar(within(perimetre, select(func.count()).select_from(DemandeRow), table=DemandeRow).where(*conditions))
    statement = (
        within(perimetre, select(DemandeRow), table=DemandeRow)
        .where(*conditions)
        .order_by(
            _asked(criteres), DemandeRow.echeance_file.asc().nulls_last(), DemandeRow.priorite, DemandeRow.deposee_le, DemandeRow.numero
        )
        .limit(criteres.taille)
        .offset((criteres.page - 1) * criteres.taille)
    )
    return list(await session.scalars(statement)), total or 0


async def count_views(
    session: AsyncSession, *, files: frozenset[str], perimetre: Perimetre, sans_suite_avant: datetime, now: datetime
) -> dict[str, int]:
    """How many each view holds, in one reading of what is open."""
    comptes = [func.count().filter(_vue(vue, perimetre, sans_suite_avant, now)).label(vue) for vue in Vue]
    statement = within(perimetre, select(comptes[0]), table=DemandeRow).add_columns(*comptes[1:]).where(_servie(files), _OUVERTE)
    row = (await session.execute(statement)).one()
    return {vue: int(getattr(row, vue)) for vue in Vue}


async def next_to_take(session: AsyncSession, perimetre: Perimetre, *, files: frozenset[str]) -> NumeroDemande | None:
    """The most urgent one nobody holds, locked; those another agent is taking are skipped."""
    statement = (
        within(perimetre, select(DemandeRow.numero), table=DemandeRow)
        .where(_servie(files), _a_prendre())
        .order_by(DemandeRow.echeance_file.asc().nulls_last(), DemandeRow.priorite, DemandeRow.deposee_le)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    numero = await session.scalar(statement)
    return None if numero is None else NumeroDemande(numero)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recherche:
    """Beginnings of words, all of them to be found; `structures`: those whose name they are."""

    mots: tuple[str, ...]
    structures: tuple[UUID, ...] = ()


async def search_file(
    session: AsyncSession, recherche: Recherche, *, files: frozenset[str], page: int, taille: int, perimetre: Perimetre
) -> tuple[list[DemandeRow], int]:
    """Demandes of the caisse by what they are found by, or of these structures, newest first, whatever their state."""
    conditions = [_servie(files), _found(recherche, perimetre)]
    total = await session.scalar(within(perimetre, select(func.count()).select_from(DemandeRow), table=DemandeRow).where(*conditions))
    statement = within(perimetre, select(DemandeRow), table=DemandeRow).where(*conditions).order_by(DemandeRow.deposee_le.desc())
    return list(await session.scalars(statement.limit(taille).offset((page - 1) * taille))), total or 0


async def count_same_person(session: AsyncSession, numero: NumeroDemande, personne_cle: str, perimetre: Perimetre) -> int:
    """Other open demandes for the same person, all structures: a number and nothing else (BU-5)."""
    statement = within(perimetre, select(func.count()).select_from(DemandeRow), table=DemandeRow)
    return await session.scalar(statement.where(DemandeRow.personne_cle == personne_cle, DemandeRow.numero != numero, _OUVERTE)) or 0


def _asked(criteres: CriteresFile) -> ColumnElement[Any]:
    colonne = TRIS.get(criteres.tri, DemandeRow.echeance_file)
    return (colonne.desc() if criteres.descendant else colonne.asc()).nulls_last()


def _found(recherche: Recherche, perimetre: Perimetre) -> ColumnElement[bool]:
    """A union rather than an « or »: each half is found by its index."""
    if not recherche.structures:
        return matching(recherche.mots, perimetre)
    of_structures = within(perimetre, select(DemandeRow.numero), table=DemandeRow).where(DemandeRow.structure_id.in_(recherche.structures))
    by_words = within(perimetre, select(DemandeRow.numero), table=DemandeRow).where(matching(recherche.mots, perimetre))
    return DemandeRow.numero.in_(union(of_structures.correlate(None), by_words.correlate(None)))


def _servie(files: frozenset[str]) -> ColumnElement[bool]:
    return DemandeRow.file_attente.in_(sorted(files))


def _a_prendre() -> ColumnElement[bool]:
    return and_(_OUVERTE, DemandeRow.agent_id.is_(None), DemandeRow.sous_etat != SousEtat.ATTENTE_PARTENAIRE.value)


def _vue(vue: Vue, perimetre: Perimetre, sans_suite_avant: datetime, now: datetime) -> ColumnElement[bool]:
    attente = DemandeRow.sous_etat == SousEtat.ATTENTE_PARTENAIRE.value
    vues: dict[Vue, ColumnElement[bool]] = {
        Vue.A_PRENDRE_EN_CHARGE: _a_prendre(),
        Vue.MES_DEMANDES: and_(_OUVERTE, DemandeRow.agent_id == perimetre.compte_id),
        Vue.REPONSE_RECUE: or_(
            DemandeRow.sous_etat == SousEtat.RETOUR_PARTENAIRE.value,
            and_(DemandeRow.sous_etat == SousEtat.EN_COURS.value, DemandeRow.dernier_cote == MessageCote.FO.value, _REPONDU),
        ),
        Vue.ATTENTE_PARTENAIRE: attente,
        Vue.EN_RETARD: and_(_OUVERTE, DemandeRow.echeance_file < now),
        Vue.MAS: and_(_OUVERTE, DemandeRow.file_attente == _MAS),
        Vue.ATTESTATIONS: and_(_OUVERTE, DemandeRow.drapeaux.contains([ROUTAGE_ATTESTATION])),
        Vue.SANS_SUITE: and_(attente, DemandeRow.attente_depuis < sans_suite_avant),
        Vue.TOUTES: _OUVERTE,
    }
    return vues[vue]


# The filing is the partner's too: only a message after one of the caisse is an answer.
_REPONDU = DemandeRow.message_caisse_le.is_not(None)


def _filtres(criteres: CriteresFile) -> list[ColumnElement[bool]]:
    voulues: list[ColumnElement[bool] | None] = [
        DemandeRow.offre == criteres.offre if criteres.offre else None,
        DemandeRow.motif == criteres.motif if criteres.motif else None,
        DemandeRow.structure_id == criteres.structure_id if criteres.structure_id else None,
        None
        if criteres.agent is None
        else DemandeRow.agent_id.is_(None)
        if criteres.agent == "aucun"
        else DemandeRow.agent_id == criteres.agent,
    ]
    return [condition for condition in voulues if condition is not None]
