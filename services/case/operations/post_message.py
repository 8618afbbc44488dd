"""Messages of both sides: a text, files, and what they do to the demande (domain §3.6, house §9.4)."""

from uuid import UUID

from services.case.domain.echange import Message
from services.case.domain.errors import AttestationMissingError, EchangeStaleError, IssueMissingError
from services.case.domain.publication import join_pieces, publish_pieces
from services.case.operations.dossier import Dossier, acteur_of, check_joining, load_dossier, save_dossier
from services.case.operations.droits import Acte
from services.case.operations.nir import check_no_nir, mask_nir
from services.case.operations.receipts import read_pieces
from services.case.operations.tools import Tools
from services.case.store import brouillons
from shared.contracts.http.case import MessageAgentRequest, MessageRequest
from shared.contracts.perimetre import Perimetre
from shared.kernel.identifiers import NumeroDemande, new_id
from shared.plumbing.database import AsyncSession


async def post_message_partenaire(
    session: AsyncSession, numero: NumeroDemande, envoi: MessageRequest, *, perimetre: Perimetre, tools: Tools
) -> None:
    """Any technicien of the structure answers, while the demande is not resolved.

    Raises: DemandeNotFoundError, DemandeAlreadyResolvedError, EchangeStaleError, RuleError of the text or of a file.
    """
    dossier = await load_dossier(session, numero, perimetre=perimetre, tools=tools, acte=Acte.POST_MESSAGE_PARTENAIRE)
    _check_version(dossier, envoi.version)
    check_no_nir(envoi.texte)
    message_id = new_id()
    dossier.demande.answer(
        message_id, envoi.texte, acteur_of(perimetre), has_pieces=bool(envoi.pieces), now=dossier.now, parametres=dossier.parametres
    )
    attendues = dossier.regles.motif.pieces_attendues if dossier.regles.motif else []
    await _join(session, dossier, envoi, message_id, attendues=attendues, perimetre=perimetre, tools=tools, may_send=True)
    await brouillons.delete_brouillon(session, numero, perimetre)
    await save_dossier(session, dossier, perimetre=perimetre, acte=Acte.POST_MESSAGE_PARTENAIRE)


async def post_message_agent(
    session: AsyncSession, numero: NumeroDemande, envoi: MessageAgentRequest, *, perimetre: Perimetre, tools: Tools
) -> None:
    """A question waits for the partner, a final answer resolves, a piece of information changes nothing.

    A file goes out with the answer when it is clean already, else when its verdict comes; the text leaves at once.
    Raises: the same, PiecesSortantesForbiddenError (RG-02), IssueMissingError on an open referral,
    AttestationMissingError for an answer without the attestation it is to bring.
    """
    dossier = await load_dossier(session, numero, perimetre=perimetre, tools=tools, acte=Acte.POST_MESSAGE_AGENT)
    _check_version(dossier, envoi.version)
    message = _say(dossier, envoi, perimetre)
    is_answer, nombre = envoi.genre == "reponse_finale", len(envoi.pieces)
    may_send = bool(envoi.pieces) and await check_joining(session, dossier, tools, is_answer=is_answer, nombre=nombre)
    await _join(session, dossier, envoi, message.id, attendues=None, perimetre=perimetre, tools=tools, may_send=may_send)
    if envoi.pieces:
        publish_pieces(dossier.demande, dossier.now, dossier.parametres, may_send=may_send)
    await brouillons.delete_brouillon(session, numero, perimetre)
    await save_dossier(session, dossier, perimetre=perimetre, acte=Acte.POST_MESSAGE_AGENT)


async def add_note(session: AsyncSession, numero: NumeroDemande, texte: str, *, perimetre: Perimetre, tools: Tools) -> None:
    """An internal note, which the partner never sees (ux A11). Raises: TexteMissingError, TexteTooLongError."""
    dossier = await load_dossier(session, numero, perimetre=perimetre, tools=tools, acte=Acte.ADD_NOTE)
    dossier.demande.annotate(new_id(), mask_nir(texte), acteur_of(perimetre), now=dossier.now)
    await brouillons.delete_brouillon(session, numero, perimetre)
    await save_dossier(session, dossier, perimetre=perimetre, acte=Acte.ADD_NOTE)


def _say(dossier: Dossier, envoi: MessageAgentRequest, perimetre: Perimetre) -> Message:
    demande, agent, message_id = dossier.demande, acteur_of(perimetre), new_id()
    texte = mask_nir(envoi.texte)
    match envoi.genre:
        case "question":
            return demande.ask(message_id, texte, agent, now=dossier.now, parametres=dossier.parametres)
        case "information":
            return demande.inform(message_id, texte, agent, now=dossier.now)
        case "reponse_finale":
            if demande.saisine is not None and demande.saisine.is_open:
                raise IssueMissingError
            if not envoi.pieces and demande.attestation is not None and demande.attestation.goes_to_partner:
                raise AttestationMissingError
            return demande.resolve(message_id, texte, agent, now=dossier.now, parametres=dossier.parametres)


async def _join(
    session: AsyncSession,
    dossier: Dossier,
    envoi: MessageRequest | MessageAgentRequest,
    message_id: UUID,
    *,
    attendues: list[str] | None,
    perimetre: Perimetre,
    tools: Tools,
    may_send: bool,
) -> None:
    pieces = await read_pieces(session, envoi.pieces, message_id, attendues=attendues, perimetre=perimetre, tools=tools, now=dossier.now)
    join_pieces(dossier.demande, pieces, max_fichiers=dossier.referentiel.parametres.max_fichiers, may_send=may_send)


def _check_version(dossier: Dossier, version: int | None) -> None:
    """The thread that was on screen is the one that is there (ux A07)."""
    if version is not None and version != dossier.demande.version_fil:
        raise EchangeStaleError(dossier.demande.version_fil)
