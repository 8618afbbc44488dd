"""The attestation panel: what the agent checked, and the standard answer of the decision (domain §5.3, ux A20)."""

from services.case.domain.errors import AttestationNotDecidedError
from services.case.domain.orientation import AttestationFaits, check_faits, set_faits, texte_of
from services.case.operations.dossier import acteur_of, load_dossier, save_dossier
from services.case.operations.droits import Acte
from services.case.operations.tools import Tools
from shared.contracts.perimetre import Perimetre
from shared.kernel.identifiers import NumeroDemande, new_id
from shared.plumbing.database import AsyncSession


async def set_attestation(
    session: AsyncSession, numero: NumeroDemande, faits: AttestationFaits, *, perimetre: Perimetre, tools: Tools
) -> None:
    """The table is applied anew with what the agent found out.

    Raises: AttestationNotDecidedError, DateSignatureRefusedError, DemandeNotFoundError.
    """
    dossier = await load_dossier(session, numero, perimetre=perimetre, tools=tools, acte=Acte.SET_ATTESTATION)
    check_faits(faits, dossier.parametres.calendrier.local_day(dossier.now))
    set_faits(dossier.demande, faits, acteur_of(perimetre), now=dossier.now)
    await save_dossier(session, dossier, perimetre=perimetre, acte=Acte.SET_ATTESTATION)


async def answer_attestation(session: AsyncSession, numero: NumeroDemande, *, perimetre: Perimetre, tools: Tools) -> None:
    """The standard sentence of the decision resolves: deposited on the account, sent by post, not applicable.

    Raises: AttestationNotDecidedError when nothing is decided, or when a file or a question is what the decision asks for.
    """
    dossier = await load_dossier(session, numero, perimetre=perimetre, tools=tools, acte=Acte.ANSWER_ATTESTATION)
    attestation = dossier.demande.attestation
    if attestation is None or attestation.decision is None:
        raise AttestationNotDecidedError
    texte = texte_of(attestation.decision)
    dossier.demande.resolve(new_id(), texte, acteur_of(perimetre), now=dossier.now, parametres=dossier.parametres)
    await save_dossier(session, dossier, perimetre=perimetre, acte=Acte.ANSWER_ATTESTATION)
