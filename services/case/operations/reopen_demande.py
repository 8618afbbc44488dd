"""The caisse takes its answer back."""

from services.case.operations.dossier import acteur_of, load_dossier, save_dossier
from services.case.operations.droits import Acte
from services.case.operations.tools import Tools
from shared.contracts.perimetre import Perimetre
from shared.kernel.identifiers import NumeroDemande
from shared.plumbing.database import AsyncSession


async def reopen_demande(session: AsyncSession, numero: NumeroDemande, *, perimetre: Perimetre, tools: Tools) -> None:
    """Résolu becomes en cours again, with a new time to resolve. Raises: DemandeNotResolvedError, DemandeNotFoundError."""
    dossier = await load_dossier(session, numero, perimetre=perimetre, tools=tools, acte=Acte.REOPEN)
    dossier.demande.reopen(acteur_of(perimetre), now=dossier.now, parametres=dossier.parametres)
    await save_dossier(session, dossier, perimetre=perimetre, acte=Acte.REOPEN)
