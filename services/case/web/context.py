"""What every page of the agents is handed, and what tells this front from the other: its sentence, its roles, its menu."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from services.case.ports.voisins import Voisins
from services.case.web.bureau import Bureau, ChoixFile
from shared.contracts.perimetre import Role
from shared.webkit.frame import NavLink
from shared.webkit.messages_fr import FAITS, PageErreur
from shared.webkit.pages import Pages, frame_of

PRESENTATION: Final = "Le poste de travail des agents : prenez en charge les demandes des partenaires et répondez-leur."
PREMIERE_CONNEXION: Final = "Première connexion ou mot de passe oublié : adressez-vous à l'administrateur des comptes de votre organisme."
# What the house says to partners and would mislead an agent.
ERREURS_AGENT: Final = {
    404: PageErreur(
        "Page introuvable",
        "Cette page n'existe pas, ou votre rôle dans cet organisme n'y donne pas accès.",
        "Vérifiez l'adresse, ou passez par la file ou la recherche.",
    ),
}
ROLES: Final = {
    "agent": "Agent",
    "conseiller_mas": "Conseiller accompagnement santé",
    "superviseur": "Superviseur",
    "service_partenariat": "Service partenariat",
}
ACCUEIL: Final = "/agent"
NAV: Final = (
    NavLink("file", "File", ACCUEIL),
    NavLink("recherche", "Recherche", "/agent/recherche"),
    NavLink("supervision", "Supervision", "/agent/supervision", roles=frozenset({Role.SUPERVISEUR})),
)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """The composition of the agent front, put once in `app.state.web`."""

    bureau: Bureau
    voisins: Voisins
    pages: Pages

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
