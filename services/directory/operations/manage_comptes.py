"""Accounts: created with a first place, given others, suspended, brought back, ended (domain §2.1, §2.3)."""

from dataclasses import dataclass

from services.directory.domain.compte import Compte, Portee, StatutCompte, normalize_courriel
from services.directory.domain.errors import CompteNotFoundError
from services.directory.domain.throttling import Tentatives
from services.directory.operations.check_mot_de_passe import check_mot_de_passe
from services.directory.ports.hashing import Hasher
from services.directory.store import comptes, facts, structures, tentatives
from shared.contracts.perimetre import ROLES_STRUCTURE, Perimetre, Role
from shared.kernel.clock import Clock
from shared.kernel.errors import RuleError
from shared.kernel.identifiers import CompteId, new_id
from shared.plumbing.audit import record_act
from shared.plumbing.database import AsyncSession

_FACTS = {
    StatutCompte.SUSPENDU: "suspendu",
    StatutCompte.ACTIF: "reactive",
    StatutCompte.DESACTIVE: "desactive",
    StatutCompte.SUPPRIME: "supprime",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NouveauCompte:
    """Who the account is for, with the first password they will use."""

    courriel: str
    nom: str
    prenom: str
    mot_de_passe: str


async def create_compte(session: AsyncSession, nouveau: NouveauCompte, *, perimetre: Perimetre, hasher: Hasher, clock: Clock) -> Compte:
    """An account that works nowhere yet: places are added next, in the same transaction.

    Raises: MotDePasseRefusedError, CourrielTakenError.
    """
    check_mot_de_passe(nouveau.mot_de_passe, compte=(nouveau.nom, nouveau.prenom, nouveau.courriel))
    now = clock.now()
    compte = Compte(
        compte_id=CompteId(new_id()),
        courriel=normalize_courriel(nouveau.courriel),
        nom=nouveau.nom,
        prenom=nouveau.prenom,
        mot_de_passe=await hasher.hash(nouveau.mot_de_passe),
        statut=StatutCompte.ACTIF,
    )
    await comptes.add_compte(session, compte, now=now)
    await facts.record_compte(session, "cree", compte.compte_id, None, now=now)
    await record_act(session, perimetre, "create_compte", objet="compte", objet_id=str(compte.compte_id), now=now)
    return compte


async def add_portee(session: AsyncSession, compte: Compte, portee: Portee, *, perimetre: Perimetre, clock: Clock) -> None:
    """One place more, in the perimetre's caisse; a gestionnaire within the quota of the structure (domain §2.2).

    Raises: RuleError when a partner's role comes without a structure or another role with one, StructureNotFoundError,
    QuotaGestionnairesReachedError.
    """
    if (portee.role in ROLES_STRUCTURE) != (portee.structure_id is not None):
        raise RuleError("a structure comes with a partner's role, and only with it")
    if portee.structure_id is not None:
        structure = await structures.get_structure(session, portee.structure_id, perimetre)
        if portee.role == Role.GESTIONNAIRE:
            presents = await comptes.count_gestionnaires(session, portee.structure_id, perimetre)
            structure.check_new_gestionnaire(presents)
    now = clock.now()
    await comptes.add_portee(session, compte.compte_id, portee, now=now)
    if portee.caisse_code not in compte.caisses:
        compte.caisses.append(portee.caisse_code)
        await comptes.save_compte(session, compte)
    await record_act(session, perimetre, "add_portee", objet="compte", objet_id=str(compte.compte_id), now=now)


async def move_compte(session: AsyncSession, courriel: str, vers: StatutCompte, *, perimetre: Perimetre, clock: Clock) -> Compte:
    """Suspend, bring back or end the account; the fact ends its sessions everywhere.

    Raises: CompteNotFoundError when it does not work in the perimetre, CompteTransitionError.
    """
    now = clock.now()
    compte = await _locked(session, courriel, perimetre)
    compte.move(vers, now=now)
    await comptes.save_compte(session, compte)
    await facts.record_compte(session, _FACTS[vers], compte.compte_id, None, now=now)
    await record_act(session, perimetre, f"compte_{_FACTS[vers]}", objet="compte", objet_id=str(compte.compte_id), now=now)
    return compte


async def reset_mot_de_passe(
    session: AsyncSession, courriel: str, mot_de_passe: str, *, perimetre: Perimetre, hasher: Hasher, clock: Clock
) -> Compte:
    """A new password given by whoever administers the account; failed tries are forgotten (trust §3, reset path).

    The fact ends every open session: whoever knew the old password may hold one (ASVS 7.4.3).

    Raises: CompteNotFoundError, MotDePasseRefusedError.
    """
    now = clock.now()
    compte = await _locked(session, courriel, perimetre)
    check_mot_de_passe(mot_de_passe, compte=(compte.nom, compte.prenom, compte.courriel))
    compte.mot_de_passe = await hasher.hash(mot_de_passe)
    await comptes.save_compte(session, compte)
    await tentatives.lock_tentatives(session, compte.courriel)
    await tentatives.save_tentatives(session, compte.courriel, Tentatives())
    await facts.record_compte(session, "mot_de_passe_change", compte.compte_id, None, now=now)
    await record_act(session, perimetre, "reset_mot_de_passe", objet="compte", objet_id=str(compte.compte_id), now=now)
    return compte


async def _locked(session: AsyncSession, courriel: str, perimetre: Perimetre) -> Compte:
    """The account if it works in the perimetre, else not found."""
    found = await comptes.find_by_courriel(session, courriel)
    if found is None or not await comptes.list_portees(session, found.compte_id, perimetre):
        raise CompteNotFoundError
    return await comptes.get_compte(session, found.compte_id)
