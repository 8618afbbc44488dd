"""The demonstration register: structures with their conventions and habilitations, accounts with their places.

Running it again adds what is missing and changes nothing else.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Literal
from uuid import UUID, uuid5

import yaml
from pydantic import BaseModel, ConfigDict

from services.directory.domain.compte import Portee
from services.directory.domain.errors import StructureNotFoundError
from services.directory.domain.structure import Avenant, CodeHabilitation, StatutConvention, Structure
from services.directory.operations.manage_comptes import NouveauCompte, add_portee, create_compte
from services.directory.operations.save_structure import register_structure
from services.directory.ports.hashing import Hasher
from services.directory.store import comptes as stored_comptes
from services.directory.store import structures as stored_structures
from shared.contracts.perimetre import Perimetre, systeme
from shared.kernel.clock import Clock
from shared.kernel.identifiers import CaisseCode, StructureId
from shared.plumbing.database import AsyncSession, Database

_FOLDER = Path(__file__).parent
# Ids of demonstration structures come from their code, so that every stack gives them the same.
_NAMESPACE = UUID("5f1b3a52-8f3e-4b52-9c39-4a6b7b0f1d10")
AVENANT_ATTESTATIONS = "delivrance_attestations"


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PersonneSource(_File):
    """The technicien of a structure that has no account in comptes.yaml."""

    courriel: str
    prenom: str
    nom: str


class StructureSource(_File):
    """A line of structures.yaml."""

    nom: str
    type: str
    caisse: str
    effectif: int
    formee_mas: bool = False
    convention: StatutConvention = StatutConvention.ACTIVE
    habilitations: list[CodeHabilitation] = []
    avenant: date | None = None
    technicien: PersonneSource | None = None


class CompteSource(_File):
    """A line of comptes.yaml. `aussi`: other roles of the same person in the same structure."""

    courriel: str
    prenom: str
    nom: str
    cote: Literal["partenaire", "caisse"]
    role: str
    caisse: str
    structure: str | None = None
    aussi: list[str] = []


@dataclass(frozen=True, slots=True)
class Registre:
    """What both files say."""

    structures: dict[str, StructureSource]
    comptes: list[CompteSource]
    mot_de_passe: str


def read_registre() -> Registre:
    """Both files; structures without an account in comptes.yaml bring their own technicien."""
    structures = {code: StructureSource.model_validate(source) for code, source in _load("structures.yaml").items()}
    declared = _load("comptes.yaml")
    raw = declared["comptes"]
    comptes = [CompteSource.model_validate(source) for source in raw] if isinstance(raw, list) else []
    for code, structure in structures.items():
        if structure.technicien is not None:
            personne = structure.technicien
            comptes.append(
                CompteSource(
                    courriel=personne.courriel,
                    prenom=personne.prenom,
                    nom=personne.nom,
                    cote="partenaire",
                    role="technicien",
                    caisse=structure.caisse,
                    structure=code,
                )
            )
    return Registre(structures, comptes, str(declared["mot_de_passe"]))


def structure_id_of(code: str) -> StructureId:
    """The id of a demonstration structure."""
    return StructureId(uuid5(_NAMESPACE, code))


async def seed_register(database: Database, *, hasher: Hasher, clock: Clock) -> tuple[int, int]:
    """Create what is missing. Returns how many structures and accounts were added."""
    registre = read_registre()
    structures = comptes = 0
    for code, source in registre.structures.items():
        perimetre = systeme(CaisseCode(source.caisse))
        async with database.transaction(perimetre) as session:
            structures += await _add_structure(session, code, source, perimetre=perimetre, clock=clock)
    for compte in registre.comptes:
        perimetre = systeme(CaisseCode(compte.caisse))
        async with database.transaction(perimetre) as session:
            comptes += await _add_compte(session, compte, registre, perimetre=perimetre, hasher=hasher, clock=clock)
    return structures, comptes


async def _add_structure(session: AsyncSession, code: str, source: StructureSource, *, perimetre: Perimetre, clock: Clock) -> int:
    structure_id = structure_id_of(code)
    try:
        await stored_structures.get_structure(session, structure_id, perimetre)
    except StructureNotFoundError:
        structure = build_structure(structure_id, source)
        await register_structure(session, structure, perimetre=perimetre, clock=clock)
        return 1
    return 0


def build_structure(structure_id: StructureId, source: StructureSource) -> Structure:
    """The structure as the file wants it, its habilitations granted on the day of its avenant or at the start of the year."""
    structure = Structure(
        structure_id=structure_id,
        caisse_code=CaisseCode(source.caisse),
        nom=source.nom,
        type_structure=source.type,
        effectif=source.effectif,
        convention=source.convention,
        formee_mas=source.formee_mas,
    )
    jour = source.avenant or date(2025, 1, 2)
    if source.avenant is not None:
        structure.avenants.append(Avenant(nature=AVENANT_ATTESTATIONS, date_debut=source.avenant))
    for code in source.habilitations:
        structure.grant(code, now=datetime.combine(jour, time(9), UTC), jour=jour)
    return structure


async def _add_compte(
    session: AsyncSession,
    source: CompteSource,
    registre: Registre,
    *,
    perimetre: Perimetre,
    hasher: Hasher,
    clock: Clock,
) -> int:
    if await stored_comptes.find_by_courriel(session, source.courriel) is not None:
        return 0
    nouveau = NouveauCompte(courriel=source.courriel, nom=source.nom, prenom=source.prenom, mot_de_passe=registre.mot_de_passe)
    compte = await create_compte(session, nouveau, perimetre=perimetre, hasher=hasher, clock=clock)
    for role in (source.role, *source.aussi):
        portee = Portee(
            caisse_code=perimetre.caisse_code,
            role=role,
            structure_id=structure_id_of(source.structure) if source.structure else None,
        )
        await add_portee(session, compte, portee, perimetre=perimetre, clock=clock)
    return 1


def _load(name: str) -> dict[str, object]:
    loaded = yaml.safe_load((_FOLDER / name).read_text(encoding="utf-8"))
    if not isinstance(loaded, dict):
        message = f"{name} is not a mapping"
        raise TypeError(message)
    return loaded
