"""The Var's years, from the invention to the records: what `ep seed var2025` runs once rules and register are there."""

import time
from uuid import UUID

from deploy.cli.addresses import owner_url
from deploy.demo.load_demandes import load_case, load_intake
from deploy.demo.load_register import load_register
from deploy.demo.var2025 import CAISSE, generate_annee
from deploy.demo.var_structures import generate_structures
from deploy.demo.vie_var import Vies
from deploy.tools.console import say
from services.directory.store import caisses
from shared.contracts.reference import ReferentielCaisse
from shared.kernel.clock import Clock
from shared.kernel.identifiers import CaisseCode
from shared.plumbing.database import Database


async def load_var_register(database: Database) -> ReferentielCaisse:
    """The 187 structures and their people. Returns the first version of the Var's rules: invented demandes are judged by it."""
    structures, comptes = await load_register(database, clock=Clock())
    say(f"the Var's register: {structures} structures and {comptes} accounts added")
    async with database.technical_transaction() as session:
        return (await caisses.list_versions(session, CaisseCode(CAISSE), 0))[0]


def load_annee(annee: int, referentiel: ReferentielCaisse) -> None:
    """Invent a year, then copy it into intake and case."""
    began = time.monotonic()
    noms: dict[UUID, str] = {structure.structure_id: structure.nom for structure in generate_structures()}
    vies = Vies(referentiel)
    vecues = [vies.play(demande) for demande in generate_annee(annee, referentiel)]
    say(f"{annee}: {len(vecues)} demandes invented in {time.monotonic() - began:.0f} s")
    receipts = load_intake(owner_url("intake"), vecues, annee=annee)
    records = load_case(owner_url("case"), vecues, noms)
    say(f"{annee}: {receipts} receipts and {records} records added, {time.monotonic() - began:.0f} s in all")
