"""The MAS panel: attempts, outcome, withdrawal (domain §4). conseiller_mas and superviseur only."""

from services.case.domain.saisine import PURGE, close_saisine, note_tentative, withdraw_consentement
from services.case.domain.saisine_mas import IssueMas, Tentative, TentativeIssue
from services.case.operations.dossier import acteur_of, load_dossier, save_dossier
from services.case.operations.droits import Acte
from services.case.operations.tools import Tools
from services.case.store import brouillons, messages
from shared.contracts.perimetre import Perimetre
from shared.kernel.identifiers import NumeroDemande, new_id
from shared.plumbing.database import AsyncSession


async def log_tentative(
    session: AsyncSession, numero: NumeroDemande, canal: str, issue: TentativeIssue, *, perimetre: Perimetre, tools: Tools
) -> None:
    """An attempt to reach the person, now. Raises: SaisineClosedError, DemandeNotFoundError, ActeForbiddenError."""
    dossier = await load_dossier(session, numero, perimetre=perimetre, tools=tools, acte=Acte.NOTE_TENTATIVE)
    tentative = Tentative(tente_le=dossier.now, canal=canal, issue=issue)
    note_tentative(dossier.demande, tentative, acteur_of(perimetre), now=dossier.now, parametres=dossier.parametres)
    await save_dossier(session, dossier, perimetre=perimetre, acte=Acte.NOTE_TENTATIVE)


async def record_issue(session: AsyncSession, numero: NumeroDemande, issue: IssueMas, *, perimetre: Perimetre, tools: Tools) -> None:
    """The outcome answers the partner with its neutral text, and resolves. Raises: the same."""
    dossier = await load_dossier(session, numero, perimetre=perimetre, tools=tools, acte=Acte.CLOSE_SAISINE)
    close_saisine(dossier.demande, issue, new_id(), acteur_of(perimetre), now=dossier.now, parametres=dossier.parametres)
    await save_dossier(session, dossier, perimetre=perimetre, acte=Acte.CLOSE_SAISINE)


async def withdraw(session: AsyncSession, numero: NumeroDemande, *, perimetre: Perimetre, tools: Tools) -> None:
    """The person takes the consent back: closed, texts, notes and drafts erased now, files purged by the process. Raises: the same."""
    dossier = await load_dossier(session, numero, perimetre=perimetre, tools=tools, acte=Acte.WITHDRAW_CONSENTEMENT)
    await messages.erase(session, numero, PURGE, perimetre=perimetre, now=dossier.now)
    await brouillons.erase_brouillons(session, numero, perimetre)
    withdraw_consentement(dossier.demande, new_id(), acteur_of(perimetre), now=dossier.now, parametres=dossier.parametres)
    await save_dossier(session, dossier, perimetre=perimetre, acte=Acte.WITHDRAW_CONSENTEMENT)
