"""Renders A-02: the page of a demande as it is now, with whatever the agent was writing and why an act was refused."""

import hashlib
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final

from fastapi import Path, Request, Response
from fastapi.responses import HTMLResponse

from services.case.domain.charge import CompteCharge
from services.case.operations.droits import is_known_to_serve
from services.case.web.composer import Brouillon, kept_brouillon
from services.case.web.context import Web
from services.case.web.dossier import attestation_of, expected_pieces, final_answer, motifs_of, origins, rights_of
from services.case.web.identite import identite_form
from services.case.web.presentation import PAGE_WORDS
from services.case.web.verifications import filled_verifications
from shared.contracts.http.case import DossierVue
from shared.kernel.errors import ConflictError, HouseError, RuleError
from shared.kernel.identifiers import NumeroDemande
from shared.webkit.door import Visiteur
from shared.webkit.forms import ErreurListee, Formulaire
from shared.webkit.pages import see_other

NumeroDep = Annotated[str, Path(pattern=r"^\d{10}$")]
CONFLICT: Final = 409
WRONG: Final = 422
_PRINT_LENGTH: Final = 12
_ONGLETS: Final = ("echanges", "pieces", "historique")


@dataclass(frozen=True, slots=True)
class Saisi:
    """What was chosen in a control of a panel."""

    id: str
    valeur: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnCours:
    """What the agent was doing when an act was refused, to be shown again as it was."""

    brouillon: Brouillon | None = None
    refus: HouseError | None = None
    motif_choisi: str = ""
    identite: Formulaire = field(default_factory=identite_form)
    verifications: Formulaire | None = None
    saisis: Mapping[str, Saisi] = field(default_factory=dict)  # by the name a refusal gives the field

    @property
    def erreurs_panneau(self) -> dict[str, str]:
        """What is wrong in a panel, by control (UX-F05)."""
        fields = self.refus.fields if isinstance(self.refus, RuleError) else ()
        return {self.saisis[erreur.champ].id: erreur.message for erreur in fields if erreur.champ in self.saisis}

    @property
    def resume(self) -> tuple[ErreurListee, ...]:
        """The lines of the summary that lead into a panel (UX-F04)."""
        inline = tuple(ErreurListee(message, cible) for cible, message in self.erreurs_panneau.items())
        return inline + (self.verifications.erreurs if self.verifications else ())


async def show(
    request: Request,
    web: Web,
    agent: Visiteur,
    numero: str,
    *,
    en_cours: EnCours | None = None,
    onglet: str = "echanges",
    status: int = 200,
) -> HTMLResponse:
    """The page. A draft takes the version now on screen; a refusal is told above everything."""
    kept = en_cours or EnCours()
    repere, autres = await web.bureau.watch(agent.perimetre, NumeroDemande(numero))  # before reading: what comes between is news
    dossier = await web.bureau.read(agent.perimetre, NumeroDemande(numero))
    choix = await web.bureau.choices(agent.perimetre)
    web.localize(request, choix)
    shown = await _composer(web, agent, dossier, kept)
    droits, attestation = rights_of(dossier, agent.perimetre), attestation_of(dossier)
    agents = colleagues(agent, await web.bureau.charges(agent.perimetre)) if droits.assign else []
    return web.render(
        request,
        "agent/demande.html",
        status=status,
        dossier=dossier,
        numero=numero,
        repere=repere,
        repere_actuel=repere,
        autres=autres,
        presents=print_of(autres),
        choix=choix,
        onglet=onglet if onglet in _ONGLETS else _ONGLETS[0],
        brouillon=shown,
        resume=Formulaire(erreurs_generales=shown.resume + kept.resume),
        refus=None if kept.resume else kept.refus,
        erreurs_panneau=kept.erreurs_panneau,
        saisis_panneau={saisi.id: saisi.valeur for saisi in kept.saisis.values()},
        titre_erreur=bool(shown.erreurs) or kept.refus is not None,
        droits=droits,
        agents=[autre for autre in agents if autre.agent_id != dossier.agent_id and _may_be_given(autre, agent, dossier)],
        saisine=dossier.saisine_mas,
        attestation=attestation,
        verifications=kept.verifications or (filled_verifications(attestation) if attestation else None),
        attendues=expected_pieces(dossier),
        finale=final_answer(dossier),
        origines=origins(dossier),
        motifs=motifs_of(choix, dossier),
        motif_choisi=kept.motif_choisi,
        identite=None if dossier.personne else kept.identite,
        words=PAGE_WORDS,
    )


async def _composer(web: Web, agent: Visiteur, dossier: DossierVue, kept: EnCours) -> Brouillon:
    """What was just posted, else what the server keeps of it: whatever was pressed, the text stays (ux A08)."""
    if kept.brouillon is not None:
        return kept.brouillon.on(dossier)
    return kept_brouillon(dossier, await web.bureau.read_brouillon(agent.perimetre, NumeroDemande(dossier.numero)))


def print_of(noms: list[str]) -> str:
    """Who is there, in short and without a name in an address (UX-L03)."""
    return hashlib.sha256("|".join(noms).encode()).hexdigest()[:_PRINT_LENGTH]


def colleagues(agent: Visiteur, charges: list[CompteCharge]) -> list[CompteCharge]:
    """To whom a superviseur may give a demande: themselves, and every agent who holds some or is signed in."""
    moi = CompteCharge(agent_id=agent.identite.compte_id, nom=agent.perimetre.nom, ouvertes=0, en_attente=0, en_retard=0)
    return [*(autre for autre in charges if autre.agent_id != moi.agent_id), moi]


def _may_be_given(autre: CompteCharge, agent: Visiteur, dossier: DossierVue) -> bool:
    return autre.agent_id == agent.identite.compte_id or is_known_to_serve(autre.files, dossier.file_attente)


async def act(
    request: Request, web: Web, agent: Visiteur, numero: str, doing: Awaitable[None], fait: str, saisis: Mapping[str, Saisi] | None = None
) -> Response:
    """Do it, then go back to the page; a refusal is told on the page as it is now, beside its field when it has one in `saisis`."""
    try:
        await doing
    except ConflictError as refus:
        return await show(request, web, agent, numero, en_cours=EnCours(refus=refus), status=CONFLICT)
    except RuleError as refus:
        return await show(request, web, agent, numero, en_cours=EnCours(refus=refus, saisis=saisis or {}), status=WRONG)
    return see_other(request, f"/agent/demandes/{numero}?fait={fait}")
