"""Signing in: one answer for every wrong credential, slower after failures, the same for who does not exist (trust §3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.directory.domain.compte import Compte, Cote, Portee, normalize_courriel
from services.directory.domain.errors import IdentifiantsRefusedError, TentativesExceededError
from services.directory.ports.hashing import Hasher
from services.directory.store import caisses, comptes, tentatives
from shared.contracts.perimetre import Perimetre, Role, systeme
from shared.kernel.clock import Clock
from shared.kernel.identifiers import CaisseCode
from shared.plumbing.audit import record_act
from shared.plumbing.database import AsyncSession, Database

_NULLE_PART = CaisseCode("000")  # a refusal belongs to no caisse


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifiants:
    """What somebody typed, at which front, from which network address (empty when not told)."""

    courriel: str
    mot_de_passe: str
    cote: Cote
    adresse_ip: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connecte:
    """Who signed in, with where they may work (ordered by caisse, structure, role; never empty)."""

    compte: Compte
    portees: list[Portee]
    libelles: dict[CaisseCode, str]


async def sign_in(database: Database, identifiants: Identifiants, *, hasher: Hasher, clock: Clock) -> Connecte:
    """Check the credentials. Opens short transactions of its own: hashing takes too long to hold one.

    Raises: IdentifiantsRefusedError, TentativesExceededError (known and unknown e-mails alike).
    """
    now = clock.now()
    courriel = normalize_courriel(identifiants.courriel)
    async with database.technical_transaction() as session:
        delai = await _charge(session, courriel, identifiants.adresse_ip, now)
        compte = await comptes.find_by_courriel(session, courriel)
        libelles = dict(await caisses.list_caisses(session))
    if delai > timedelta(0):
        raise TentativesExceededError(delai)
    fits = await hasher.verify(identifiants.mot_de_passe, compte.mot_de_passe if compte else None)
    portees: list[Portee] = []
    if compte is not None and fits and compte.may_sign_in:
        portees = await _open_portees(database, compte, identifiants.cote)
    async with database.technical_transaction() as session:
        await _conclude(session, courriel, identifiants.adresse_ip, compte, portees, now=now)
    if compte is None or not portees:
        raise IdentifiantsRefusedError
    return Connecte(compte=compte, portees=portees, libelles=libelles)


async def _charge(session: AsyncSession, courriel: str, adresse_ip: str, now: datetime) -> timedelta:
    """How long to wait; when nothing, the try is charged until it proves good."""
    memoire = await tentatives.lock_tentatives(session, courriel)
    delai = memoire.delai(now)
    if adresse_ip:
        delai = max(delai, (await tentatives.get_seau(session, adresse_ip)).delai(now))
    if delai <= timedelta(0):
        await tentatives.save_tentatives(session, courriel, memoire.charged(now))
    return delai


async def _open_portees(database: Database, compte: Compte, cote: Cote) -> list[Portee]:
    """The places of the account that open at this front, read caisse by caisse."""
    portees: list[Portee] = []
    for caisse_code in sorted(compte.caisses):
        perimetre = systeme(caisse_code)
        async with database.transaction(perimetre) as session:
            portees += await comptes.list_portees(session, compte.compte_id, perimetre)
    return [portee for portee in portees if portee.opens(cote)]


async def _conclude(
    session: AsyncSession, courriel: str, adresse_ip: str, compte: Compte | None, portees: list[Portee], *, now: datetime
) -> None:
    """Write down how the try ended, in the memory of failures and in the journal."""
    objet_id = str(compte.compte_id) if compte else "inconnu"
    memoire = await tentatives.lock_tentatives(session, courriel)
    if compte is None or not portees:
        await tentatives.save_tentatives(session, courriel, memoire.failed(now))
        if adresse_ip:
            await tentatives.charge_seau(session, adresse_ip, now=now)
        await record_act(session, systeme(_NULLE_PART), "sign_in", objet="compte", objet_id=objet_id, now=now, resultat="refuse")
        return
    await tentatives.save_tentatives(session, courriel, memoire.succeeded())
    await comptes.note_connexion(session, compte.compte_id, now=now)
    premiere = portees[0]
    perimetre = Perimetre(
        caisse_code=premiere.caisse_code,
        role=Role(premiere.role),
        compte_id=compte.compte_id,
        structure_id=premiere.structure_id,
    )
    await record_act(session, perimetre, "sign_in", objet="compte", objet_id=objet_id, now=now)
