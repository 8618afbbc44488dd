"""The Var's invented structures and people, written into directory in one go; running it again adds nothing."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid5

from sqlalchemy.dialects.postgresql import insert

from deploy.demo.var2025 import CAISSE
from deploy.demo.var_structures import Personnel, StructureVar, generate_agents, generate_structures
from services.directory.domain.compte import StatutCompte
from services.directory.domain.structure import CodeHabilitation, StatutConvention, Structure
from services.directory.store import caisses, facts, structures
from services.directory.store.tables import CompteRow, PerimetreRow
from shared.contracts.perimetre import Role, systeme
from shared.kernel.clock import Clock
from shared.kernel.identifiers import CaisseCode, StructureId
from shared.plumbing.database import AsyncSession, Database

# No password has this hash: nobody signs in as somebody invented by thousands.
_NO_PASSWORD = "aucun"  # noqa: S105  the absence of one
_JOUR = date(2024, 1, 2)
_NAMESPACE = UUID("2f6a3f7e-27d6-4f0e-9d0b-5d6d5f5a8c11")
_CAISSE = CaisseCode(CAISSE)


async def load_register(database: Database, *, clock: Clock) -> tuple[int, int]:
    """Add what is missing. Returns how many structures, and how many accounts."""
    perimetre, now = systeme(_CAISSE), clock.now()
    async with database.transaction(perimetre) as session:
        known = {structure.structure_id for structure in await structures.list_structures(session, perimetre)}
        missing = [structure for structure in generate_structures() if structure.structure_id not in known]
        version = 0
        for structure in missing:
            version = await caisses.next_version_structures(session, _CAISSE)
            await structures.save_structure(session, _structure(structure, version), perimetre, now=now)
        if missing:
            await facts.record_structure_publiee(session, _CAISSE, version)
        comptes = await _load_comptes(session, now)
    return len(missing), comptes


def _structure(source: StructureVar, version: int) -> Structure:
    structure = Structure(
        structure_id=source.structure_id,
        caisse_code=_CAISSE,
        nom=source.nom,
        type_structure=source.type_structure,
        effectif=source.effectif,
        convention=StatutConvention.ACTIVE,
        version=version,
    )
    now = datetime(_JOUR.year, _JOUR.month, _JOUR.day, 9, tzinfo=UTC)
    structure.grant(CodeHabilitation.SAISIR_MAS, now=now, jour=_JOUR)
    if source.is_mandataire:
        structure.grant(CodeHabilitation.DEMANDER_DOCUMENT, now=now, jour=_JOUR)
    return structure


async def _load_comptes(session: AsyncSession, now: datetime) -> int:
    places: list[tuple[Personnel, Role, StructureId | None]] = [
        (personne, Role.TECHNICIEN, structure.structure_id) for structure in generate_structures() for personne in structure.techniciens
    ]
    places += [(agent, Role.AGENT, None) for agent in generate_agents()]
    added = await session.scalars(
        insert(CompteRow).on_conflict_do_nothing().returning(CompteRow.compte_id),
        [_compte(personne, now) for personne, _, _ in places],
    )
    count = len(added.all())
    await session.execute(
        insert(PerimetreRow).on_conflict_do_nothing(),
        [
            {
                "perimetre_id": uuid5(_NAMESPACE, str(personne.compte_id)),
                "caisse_code": _CAISSE,
                "structure_id": structure_id,
                "compte_id": personne.compte_id,
                "role": role.value,
                "cree_le": now,
            }
            for personne, role, structure_id in places
        ],
    )
    return count


def _compte(personne: Personnel, now: datetime) -> dict[str, object]:
    return {
        "compte_id": personne.compte_id,
        "courriel": personne.courriel,
        "nom": personne.nom,
        "prenom": personne.prenom,
        "mot_de_passe": _NO_PASSWORD,
        "statut": StatutCompte.ACTIF.value,
        "caisses": [CAISSE],
        "cree_le": now,
        "derniere_connexion_le": None,
    }
