"""Answers to the questions of other services: rules, structures, addresses (contracts, questions)."""

from datetime import date
from uuid import UUID

from services.directory.domain.compte import StatutCompte
from services.directory.domain.errors import CaisseNotFoundError
from services.directory.domain.structure import Structure
from services.directory.operations.save_structure import local_day
from services.directory.store import caisses, comptes, structures
from shared.contracts.perimetre import Perimetre, systeme
from shared.contracts.questions import (
    Destinataire,
    DestinatairesAsked,
    DestinatairesTold,
    ReferentielAsked,
    ReferentielVersions,
    StructuresAsked,
    StructuresTold,
)
from shared.contracts.reference import Habilitation, StructureRef
from shared.kernel.clock import Clock
from shared.kernel.identifiers import CaisseCode, StructureId
from shared.plumbing.database import AsyncSession, Database


async def tell_referentiel(session: AsyncSession, asked: ReferentielAsked) -> ReferentielVersions:
    """Every version after the one the reader has."""
    code = CaisseCode(asked.caisse_code) if asked.caisse_code is not None else None
    return ReferentielVersions(versions=await caisses.list_versions(session, code, asked.depuis_version))


async def tell_structures(database: Database, asked: StructuresAsked, *, clock: Clock) -> StructuresTold:
    """Structures of one caisse, or of each in turn: every caisse is read in its own perimetre.

    A caisse that has published no rules yet tells no structure.
    """
    async with database.technical_transaction() as session:
        known = [code for code, _ in await caisses.list_caisses(session)]
    asked_codes = known if asked.caisse_code is None else [CaisseCode(asked.caisse_code)]
    told: list[StructureRef] = []
    for code in asked_codes:
        perimetre = systeme(code)
        async with database.transaction(perimetre) as session:
            told += await _told(session, perimetre, asked.depuis_version, clock=clock)
    return StructuresTold(structures=told)


async def tell_destinataires(session: AsyncSession, asked: DestinatairesAsked, *, perimetre: Perimetre) -> DestinatairesTold:
    """Addresses of active accounts that work in the caisse: one account, or those of given roles."""
    places = await comptes.list_comptes(
        session,
        perimetre,
        roles=asked.roles,
        structure_id=StructureId(UUID(asked.structure_id)) if asked.structure_id else None,
    )
    found = {
        str(compte.compte_id): compte.courriel
        for compte, _ in places
        if compte.statut is StatutCompte.ACTIF and asked.compte_id in {None, str(compte.compte_id)}
    }
    return DestinatairesTold(destinataires=[Destinataire(compte_id=key, courriel=found[key]) for key in sorted(found)])


async def _told(session: AsyncSession, perimetre: Perimetre, depuis: int, *, clock: Clock) -> list[StructureRef]:
    try:
        jour = await local_day(session, perimetre, clock.now())
    except CaisseNotFoundError:
        return []
    return [_ref(structure, jour) for structure in await structures.list_structures(session, perimetre, depuis=depuis)]


def _ref(structure: Structure, jour: date) -> StructureRef:
    return StructureRef(
        structure_id=structure.structure_id,
        caisse_code=structure.caisse_code,
        nom=structure.nom,
        type_structure=structure.type_structure,
        convention_statut=structure.convention.value,
        avenant_en_vigueur=structure.has_avenant_en_vigueur(jour),
        formee_mas=structure.formee_mas,
        habilitations=[
            Habilitation(code=h.code.value, accordee_le=h.accordee_le, retiree_le=h.retiree_le) for h in structure.habilitations
        ],
        version=structure.version,
    )
