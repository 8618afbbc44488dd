"""How every act on a demande begins and ends: loaded within the perimetre with the rules in force, saved with facts and journal."""

from dataclasses import dataclass
from datetime import datetime

from services.case.domain.demande import Demande, ParametresDemande
from services.case.domain.echange import CompteActeur
from services.case.operations.droits import Acte, check_may, check_visible
from services.case.operations.regles import Regles, may_join, may_send, regles_of
from services.case.operations.tools import Tools
from services.case.store import demandes, facts
from shared.contracts.perimetre import Perimetre
from shared.contracts.reference import ReferentielCaisse, StructureRef
from shared.kernel.identifiers import NumeroDemande
from shared.plumbing.audit import record_act
from shared.plumbing.database import AsyncSession


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A demande with the rules of its motif at this instant."""

    demande: Demande
    regles: Regles
    now: datetime

    @property
    def parametres(self) -> ParametresDemande:
        """In the domain's words."""
        return self.regles.parametres

    @property
    def referentiel(self) -> ReferentielCaisse:
        """The caisse's rules in force."""
        return self.regles.referentiel


def acteur_of(perimetre: Perimetre) -> CompteActeur:
    """Who acts, as the record keeps it; the house itself has no account."""
    return CompteActeur(compte_id=perimetre.compte_id, nom=perimetre.nom)


async def load_dossier(
    session: AsyncSession, numero: NumeroDemande, *, perimetre: Perimetre, tools: Tools, acte: Acte | None = None, lock: bool = True
) -> Dossier:
    """The demande, locked to be changed. `acte`: what a person wants; None for the house itself.

    Raises: ActeForbiddenError, DemandeNotFoundError.
    """
    if acte is not None:
        check_may(perimetre, acte)
    demande = await demandes.get_demande(session, numero, perimetre, lock=lock)
    check_visible(perimetre, demande)
    now = tools.clock.now()
    referentiel = await tools.reference.referentiel(session, demande.caisse_code, at=now)
    return Dossier(demande=demande, regles=regles_of(referentiel, demande.motif.offre, demande.motif.motif), now=now)


async def save_dossier(session: AsyncSession, dossier: Dossier, *, perimetre: Perimetre, acte: str) -> None:
    """Write the demande, its facts and one line of the access journal, in the transaction of the act."""
    demande = dossier.demande
    await demandes.save_demande(session, demande, perimetre, now=dossier.now)
    await facts.record_facts(session, demande)
    await record_act(session, perimetre, acte, objet="demande", objet_id=demande.numero, now=dossier.now)


async def structure_of(session: AsyncSession, demande: Demande, tools: Tools) -> StructureRef:
    """The structure as the caisse knows it now: habilitations are checked again at each use."""
    return await tools.reference.structure(session, demande.caisse_code, demande.structure_id)


async def check_sending(session: AsyncSession, dossier: Dossier, tools: Tools) -> bool:
    """Whether files may go out to the structure now (RG-02)."""
    structure = await structure_of(session, dossier.demande, tools)
    return may_send(structure, dossier.demande, dossier.referentiel)


async def check_joining(session: AsyncSession, dossier: Dossier, tools: Tools, *, is_answer: bool, nombre: int) -> bool:
    """Whether these files of one message may go out to the structure now (RG-02, and its one exception)."""
    structure = await structure_of(session, dossier.demande, tools)
    return may_join(structure, dossier.demande, dossier.referentiel, is_answer=is_answer, nombre=nombre)
