"""What every page of the agents is handed: the desk, the templates, the neighbours, and who is at the door."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Final

from fastapi import Depends, HTTPException, Request
from fastapi.responses import HTMLResponse

from services.case.operations.sign_in_agent import Identite
from services.case.ports.voisins import Voisins
from services.case.web.bureau import Bureau, ChoixFile
from shared.contracts.perimetre import Perimetre, Role
from shared.kernel.clock import Clock
from shared.kernel.errors import UnauthenticatedError
from shared.webkit.frame import Frame, NavLink
from shared.webkit.messages_fr import FAITS
from shared.webkit.pages import Pages, frame_of
from shared.webkit.sessions import Session, Sessions

ROLES: Final = {
    "agent": "Agent",
    "conseiller_mas": "Conseiller accompagnement santé",
    "superviseur": "Superviseur",
    "service_partenariat": "Service partenariat",
}
ACCUEIL: Final = "/agent"
# What has just been done, told after a redirection by `?fait=<code>`.
FAITS_AGENT: Final = {
    "prise-en-charge": "Vous avez pris cette demande en charge.",
    "rien-a-prendre": "Aucune demande n'attend d'être prise en charge.",
    "question-envoyee": "Votre question est envoyée. Le délai de réponse est en pause jusqu'au retour du partenaire.",
    "information-envoyee": "Votre message est envoyé au partenaire.",
    "demande-resolue": "Votre réponse est envoyée : la demande est résolue.",
    "note-ajoutee": "Note interne ajoutée. Le partenaire ne la voit pas.",
    "rouverte": "La demande est rouverte.",
    "requalifiee": "La demande a changé de motif ; ses délais sont recalculés depuis le dépôt.",
    "assignee": "La demande a changé de mains.",
    "caviarde": "Le texte est retiré ; l'historique garde la trace du retrait.",
    "tentative-notee": "Tentative de contact enregistrée.",
    "saisine-close": "L'issue est enregistrée et le partenaire est averti.",
    "consentement-retire": "Le retrait du consentement est enregistré : l'accompagnement s'arrête.",
    "attestation-verifiee": "Vérification enregistrée : l'orientation est recalculée.",
}
KEYS_COOKIE: Final = "__Host-ep_agent_raccourcis"
KEYS_OFF: Final = "non"
_SEE_OTHER: Final = 303
_NAV: Final[tuple[tuple[str, str, str], ...]] = (
    ("file", "File", ACCUEIL),
    ("recherche", "Recherche", "/agent/recherche"),
    ("supervision", "Supervision", "/agent/supervision"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """Somebody of the caisse, signed in, in the place they chose."""

    session: Session
    identite: Identite
    perimetre: Perimetre

    @property
    def csrf(self) -> str:
        """The token their forms carry."""
        return self.session.csrf


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """The composition of the agent front, put once in `app.state.web`."""

    bureau: Bureau
    voisins: Voisins
    pages: Pages
    sessions: Sessions
    clock: Clock

    def render(
        self, request: Request, template: str, *, status: int = 200, words: Mapping[str, object] | None = None, **context: object
    ) -> HTMLResponse:
        """A page or fragment of the agents. `words`: labels the template reads, beside what has just been done."""
        keys = request.cookies.get(KEYS_COOKIE) != KEYS_OFF
        known: dict[str, object] = {**(words or {}), **context, "messages": FAITS | FAITS_AGENT, "raccourcis": keys}
        return self.pages.render(request, template, status=status, **known)

    def localize(self, request: Request, choix: ChoixFile) -> None:
        """Local days and hours of this page read in the caisse's zone."""
        request.state.frame = replace(frame_of(request), fuseau=choix.fuseau)

    def confirm(self, request: Request, *, titre: str, texte: str, action: str, retour: str, bouton: str) -> HTMLResponse:
        """The page that asks again, where no script opens a dialog."""
        return self.render(request, "agent/confirmation.html", titre_page=titre, texte=texte, action=action, retour=retour, bouton=bouton)


async def current_web(request: Request) -> Web:
    """FastAPI dependency: the composition."""
    web: Web = request.app.state.web
    return web


WebDep = Annotated[Web, Depends(current_web)]


async def current_session(request: Request, web: WebDep) -> Session | None:
    """FastAPI dependency: the session, if any; every page shows the frame of whoever is signed in."""
    session = await web.sessions.read(web.sessions.token_of(request))
    if session is not None:
        request.state.frame = _frame(request, session, web.clock)
    return session


SessionDep = Annotated[Session | None, Depends(current_session)]


async def current_agent(request: Request, session: SessionDep) -> Agent:
    """FastAPI dependency: an agent in a caisse. Raises: UnauthenticatedError."""
    if session is None:
        raise UnauthenticatedError("nobody is signed in")
    identite = Identite.model_validate(session.contenu)
    perimetre = identite.perimetre
    if perimetre is None:
        raise HTTPException(_SEE_OTHER, headers={"Location": f"/perimetre?suite={request.url.path}"})
    return Agent(session=session, identite=identite, perimetre=perimetre)


AgentDep = Annotated[Agent, Depends(current_agent)]


def _frame(request: Request, session: Session, clock: Clock) -> Frame:
    identite = Identite.model_validate(session.contenu)
    offert = identite.offert
    return Frame(
        utilisateur=f"{identite.prenom} {identite.nom[:1]}.",
        role=ROLES.get(offert.role, "") if offert else "",
        organisme=offert.caisse_libelle if offert else "",
        csrf=session.csrf,
        nav=_nav(offert.role) if offert else (),
        actif=_actif(request.url.path),
        plusieurs_perimetres=len(identite.perimetres) > 1,
        expire_dans_minutes=int((session.expire_le - clock.now()).total_seconds() // 60),
    )


def _nav(role: str) -> tuple[NavLink, ...]:
    return tuple(NavLink(*link) for link in _NAV if link[0] != "supervision" or role == Role.SUPERVISEUR)


def _actif(chemin: str) -> str:
    found = [cle for cle, _, url in _NAV if url != ACCUEIL and chemin.startswith(url)]
    return found[0] if found else "file"
