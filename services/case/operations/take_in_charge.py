"""Taking a demande in charge: one agent wins, the others are told who and when (ux A04, A05)."""

from services.case.domain.echange import CompteActeur
from services.case.domain.errors import AgentNotServingError
from services.case.operations.dossier import acteur_of, load_dossier, save_dossier
from services.case.operations.droits import Acte, check_may, files_of, is_known_to_serve
from services.case.operations.list_charges import list_charges
from services.case.operations.tools import Tools
from services.case.store.queue import next_to_take
from shared.contracts.perimetre import Perimetre
from shared.kernel.identifiers import CompteId, NumeroDemande
from shared.plumbing.database import AsyncSession


async def take_in_charge(session: AsyncSession, numero: NumeroDemande, *, perimetre: Perimetre, tools: Tools) -> None:
    """The agent takes it, or takes up again what the partner answered; twice by the same agent changes nothing.

    Raises: DemandeAlreadyTakenError, DemandeAlreadyResolvedError, DemandeNotFoundError, ActeForbiddenError.
    """
    dossier = await load_dossier(session, numero, perimetre=perimetre, tools=tools, acte=Acte.TAKE_IN_CHARGE)
    dossier.demande.take_in_charge(acteur_of(perimetre), now=dossier.now, calendrier=dossier.parametres.calendrier)
    await save_dossier(session, dossier, perimetre=perimetre, acte=Acte.TAKE_IN_CHARGE)


async def take_next(session: AsyncSession, *, perimetre: Perimetre, tools: Tools) -> NumeroDemande | None:
    """Take the most urgent one this role may take, skipping what another agent is taking; None when nothing waits."""
    check_may(perimetre, Acte.TAKE_IN_CHARGE)
    numero = await next_to_take(session, perimetre, files=files_of(perimetre))
    if numero is not None:
        await take_in_charge(session, numero, perimetre=perimetre, tools=tools)
    return numero


async def assign(
    session: AsyncSession, numero: NumeroDemande, agent_id: CompteId, agent_nom: str, *, perimetre: Perimetre, tools: Tools
) -> None:
    """A superviseur gives it to an agent, or takes it.

    Raises: AgentNotServingError for whoever is not known to serve its queue: they would find no such demande, and nobody would take
    it any more. DemandeAlreadyResolvedError, DemandeNotFoundError, ActeForbiddenError.
    """
    dossier = await load_dossier(session, numero, perimetre=perimetre, tools=tools, acte=Acte.ASSIGN)
    charges = await list_charges(session, perimetre=perimetre, tools=tools)
    tenues = next((charge.files for charge in charges if charge.agent_id == agent_id), frozenset[str]())
    if agent_id != perimetre.acteur_id and not is_known_to_serve(tenues, dossier.demande.motif.file_attente):
        raise AgentNotServingError
    agent = CompteActeur(compte_id=agent_id, nom=agent_nom)
    dossier.demande.assign(agent, acteur_of(perimetre), now=dossier.now)
    await save_dossier(session, dossier, perimetre=perimetre, acte=Acte.ASSIGN)
