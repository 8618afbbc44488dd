"""Acts of the two panels: the referral to the MAS (A-09) and the attestation de droits (A-10)."""

from fastapi import APIRouter, Request, Response

from services.case.web.context import WebDep
from services.case.web.page_demande import CONFLICT, WRONG, EnCours, NumeroDep, Saisi, act, show
from services.case.web.presentation import CANAUX, COMPTES_AMELI, ISSUES_MAS, ISSUES_TENTATIVE
from services.case.web.verifications import verifications_form, verifications_of
from shared.kernel.errors import ConflictError, FieldError, RuleError
from shared.kernel.identifiers import NumeroDemande
from shared.webkit.door import VisiteurDep
from shared.webkit.form_data import FORM_BYTES, read_form, text_of, texts_of
from shared.webkit.pages import see_other

router = APIRouter(prefix="/agent/demandes/{numero}", include_in_schema=False, max_body_size=FORM_BYTES)


@router.post("/mas/tentatives")
async def note_tentative(request: Request, web: WebDep, agent: VisiteurDep, numero: NumeroDep) -> Response:
    """An attempt to reach the person: when it was, by which way, how it ended (domain §4)."""
    form = await read_form(request, agent.csrf)
    canal, issue = text_of(form, "canal"), text_of(form, "issue")
    doing = _checked_tentative(web, agent, numero, canal, issue)
    saisis = {"canal": Saisi("mas-canal", canal), "issue": Saisi("mas-issue", issue)}
    return await act(request, web, agent, numero, doing, "tentative-notee", saisis)


@router.post("/mas/issue")
async def close_saisine(request: Request, web: WebDep, agent: VisiteurDep, numero: NumeroDep) -> Response:
    """The outcome answers the partner with its neutral text, and nothing more."""
    form = await read_form(request, agent.csrf)
    issue = text_of(form, "issue")
    doing = _checked_issue(web, agent, numero, issue)
    return await act(request, web, agent, numero, doing, "saisine-close", {"issue": Saisi("mas-cloture", issue)})


@router.post("/mas/retrait")
async def withdraw(request: Request, web: WebDep, agent: VisiteurDep, numero: NumeroDep) -> Response:
    """The person takes the consent back; asked to confirm first."""
    form = await read_form(request, agent.csrf)
    if not text_of(form, "confirme"):
        return web.confirm(
            request,
            titre="Enregistrer le retrait du consentement ?",
            texte="L'accompagnement s'arrête, le partenaire est averti, et ce que seul le consentement permettait de garder est détruit.",
            action=f"/agent/demandes/{numero}/mas/retrait",
            retour=f"/agent/demandes/{numero}",
            bouton="Enregistrer le retrait",
        )
    doing = web.bureau.withdraw_consentement(agent.perimetre, NumeroDemande(numero))
    return await act(request, web, agent, numero, doing, "consentement-retire")


@router.post("/attestation/compte")
async def set_compte(request: Request, web: WebDep, agent: VisiteurDep, numero: NumeroDep) -> Response:
    """Which ameli account the person has: the decision is taken anew."""
    form = await read_form(request, agent.csrf)
    compte = text_of(form, "compte")
    doing = _checked_compte(web, agent, numero, compte)
    return await act(request, web, agent, numero, doing, "attestation-verifiee", {"compte": Saisi("compte-OA", compte)})


@router.post("/attestation/verifications")
async def check_attestation(request: Request, web: WebDep, agent: VisiteurDep, numero: NumeroDep) -> Response:
    """What only an agent can say of the documents and of the person: the decision is taken anew."""
    form = await read_form(request, agent.csrf)
    typed = {nom: text_of(form, nom) for nom in ("qualite", "date_signature", "motif_inaccessibilite")}
    formulaire = verifications_form().with_values({**typed, "faits": texts_of(form, "faits")})
    try:
        await web.bureau.check_attestation(agent.perimetre, NumeroDemande(numero), verifications_of(formulaire))
    except RuleError as refus:
        kept = EnCours(refus=refus, verifications=formulaire.with_errors(refus.fields))
        return await show(request, web, agent, numero, en_cours=kept, status=WRONG)
    except ConflictError as refus:
        return await show(request, web, agent, numero, en_cours=EnCours(refus=refus, verifications=formulaire), status=CONFLICT)
    return see_other(request, f"/agent/demandes/{numero}?fait=attestation-verifiee")


@router.post("/attestation/reponse")
async def answer_attestation(request: Request, web: WebDep, agent: VisiteurDep, numero: NumeroDep) -> Response:
    """« Déposée sur ameli », « Envoyée par courrier »…: answers the partner with the standard sentence (ux A20)."""
    await read_form(request, agent.csrf)
    doing = web.bureau.answer_attestation(agent.perimetre, NumeroDemande(numero))
    return await act(request, web, agent, numero, doing, "demande-resolue")


async def _checked_tentative(web: WebDep, agent: VisiteurDep, numero: str, canal: str, issue: str) -> None:
    if canal not in CANAUX:
        raise _missing("canal", "Choisissez le moyen de contact.")
    if issue not in ISSUES_TENTATIVE:
        raise _missing("issue", "Choisissez le résultat de l'appel.")
    await web.bureau.note_tentative(agent.perimetre, NumeroDemande(numero), canal, issue)


async def _checked_issue(web: WebDep, agent: VisiteurDep, numero: str, issue: str) -> None:
    if issue not in ISSUES_MAS:
        raise _missing("issue", "Choisissez l'issue de la saisine.")
    await web.bureau.close_saisine(agent.perimetre, NumeroDemande(numero), issue)


async def _checked_compte(web: WebDep, agent: VisiteurDep, numero: str, compte: str) -> None:
    if compte not in COMPTES_AMELI or compte == "?":
        raise _missing("compte", "Choisissez la situation du compte ameli.")
    await web.bureau.set_compte(agent.perimetre, NumeroDemande(numero), compte)


def _missing(champ: str, message: str) -> RuleError:
    return RuleError(message, fields=(FieldError(champ, message, "requis"),))
