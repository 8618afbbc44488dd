"""Publishing what a caisse decides: a new version only when something changed."""

from services.directory.operations.catalogue import Catalogue
from services.directory.operations.compile_referentiel import compile_referentiel, first_en_vigueur_le
from services.directory.store import caisses, facts
from shared.contracts.perimetre import Perimetre
from shared.kernel.clock import Clock
from shared.plumbing.audit import record_act
from shared.plumbing.database import AsyncSession


async def publish_referentiel(session: AsyncSession, catalogue: Catalogue, *, perimetre: Perimetre, clock: Clock) -> int | None:
    """Publish the perimetre's caisse. Returns the new version, or None when nothing changed.

    The first version is in force from the catalogue's day of effect, the next ones at once.
    Raises: CaisseNotFoundError.
    """
    code, now = perimetre.caisse_code, clock.now()
    premiere = first_en_vigueur_le(catalogue, code)
    referentiel = compile_referentiel(catalogue, code, version=0, en_vigueur_le=premiere)
    await caisses.keep_caisse(session, code, referentiel.libelle)
    last = await caisses.lock_last_empreinte(session, code)
    if last == caisses.empreinte_of(referentiel):
        return None
    version = await caisses.next_version_referentiel(session, code)
    en_vigueur_le = premiere if last is None else now
    publie = referentiel.model_copy(update={"version": version, "en_vigueur_le": en_vigueur_le})
    await caisses.add_version(session, publie, publie_le=now)
    await facts.record_referentiel_publie(session, code, version)
    await record_act(session, perimetre, "publish_referentiel", objet="referentiel", objet_id=code, now=now)
    return version
