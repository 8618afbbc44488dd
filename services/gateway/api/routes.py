"""`/api/v1`: the partner's acts for programs (house §9.8). Errors are problem+json; every create takes an Idempotency-Key."""

from collections.abc import AsyncIterator
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Body, Header, Path, Query, Request, Response

from services.gateway.api.context import ApiDep, ProgramDep
from services.gateway.api.examples import CONNEXION, DEPOT, MESSAGE
from services.gateway.api.filtres import FiltresApi
from services.gateway.operations.list_demandes import list_demandes
from services.gateway.operations.read_demande import read_demande
from shared.contracts.http.attachment import LienVue, RecuVue, TelechargementRequest
from shared.contracts.http.case import (
    ConnexionApiRequest,
    DemandeVue,
    JetonVue,
    MessageRequest,
    PageDemandes,
    RechercheRequest,
)
from shared.contracts.http.intake import AccuseVue, DepotRequest, FormulaireVue, OffresVue
from shared.kernel.errors import FieldError, RuleError
from shared.kernel.identifiers import NumeroDemande
from shared.plumbing.problems import Problem
from shared.webkit.form_data import FORM_BYTES, UPLOAD_BYTES
from shared.webkit.identite import Identite
from shared.webkit.sign_in import open_program

_PROBLEMS: Final[dict[int | str, dict[str, object]]] = {
    401: {"model": Problem, "description": "Jeton absent, inconnu ou expiré"},
    403: {"model": Problem, "description": "Ce profil ne permet pas cette action"},
    429: {"model": Problem, "description": "Trop de requêtes : attendre Retry-After secondes"},
    503: {"model": Problem, "description": "Un service ne répond pas : réessayer après Retry-After secondes"},
}
_NOT_FOUND: Final[dict[int | str, dict[str, object]]] = {404: {"model": Problem, "description": "Introuvable depuis ce périmètre"}}
_REFUSED: Final[dict[int | str, dict[str, object]]] = {
    409: {"model": Problem, "description": "L'état ne permet plus cet acte"},
    422: {"model": Problem, "description": "Un champ est à corriger"},
}
_GONE: Final[dict[int | str, dict[str, object]]] = {410: {"model": Problem, "description": "Le document est détruit"}}
router = APIRouter(prefix="/api/v1", tags=["Partenaires"], responses=_PROBLEMS, max_body_size=FORM_BYTES)
Numero = Annotated[str, Path(pattern=r"^\d{10}$", description="Numéro de demande, dix chiffres.", examples=["2683100012"])]
Cle = Annotated[
    UUID, Header(alias="Idempotency-Key", description="UUID choisi par l'appelant : la même clé rejoue la même réponse pendant 24 heures.")
]


@router.post("/connexion", operation_id="sign_in", responses=_REFUSED)
async def sign_in(request: Request, api: ApiDep, corps: Annotated[ConnexionApiRequest, Body(openapi_examples=CONNEXION)]) -> JetonVue:
    """Rend un jeton de 8 heures. Structure et caisse sont à donner quand le compte en a plusieurs."""
    identite = await api.sign_in.identify(request, corps.courriel, corps.mot_de_passe)
    return await open_program(api.sessions, _placed(identite, corps), api.clock)


@router.post("/deconnexion", operation_id="sign_out", status_code=204)
async def sign_out(request: Request, api: ApiDep, _program: ProgramDep) -> Response:
    """Ferme le jeton : il est refusé dès l'appel suivant."""
    session = await api.sessions.read(request.headers["authorization"].partition(" ")[2])
    if session is not None:
        await api.sessions.end(session)
    return Response(status_code=204)


@router.get("/offres", operation_id="list_offres")
async def get_offres(api: ApiDep, program: ProgramDep) -> OffresVue:
    """Les cinq offres de l'organisme ; celles qui sont fermées disent pourquoi."""
    return await api.services.intake.list_offres(program)


@router.get("/offres/{offre}", operation_id="read_offre", responses=_NOT_FOUND)
async def get_offre(api: ApiDep, program: ProgramDep, offre: Annotated[str, Path(pattern=r"^[a-z_]{1,60}$")]) -> FormulaireVue:
    """Le formulaire d'une offre : motifs, champs, pièces attendues, règles."""
    return await api.services.intake.read_formulaire(program, offre)


@router.post("/pieces-jointes", operation_id="upload_piece_jointe", status_code=201, responses=_REFUSED, max_body_size=UPLOAD_BYTES)
async def post_piece_jointe(request: Request, api: ApiDep, program: ProgramDep) -> RecuVue:
    """Un fichier par appel, `multipart/form-data`, partie `fichier` ; rend le reçu à joindre à un dépôt ou à un message."""
    kept = ("content-type", "content-length")
    headers = {name: request.headers[name] for name in kept if name in request.headers}
    return await api.services.attachment.relay(program, _body(request), headers)


@router.post("/demandes", operation_id="file_demande", status_code=201, responses=_REFUSED)
async def post_demande(
    api: ApiDep, program: ProgramDep, cle: Cle, corps: Annotated[DepotRequest, Body(openapi_examples=DEPOT)]
) -> AccuseVue:
    """Dépose une demande. 422 : chaque champ fautif ; 409 `doublon` : une demande est déjà ouverte, avec les sorties possibles."""
    return await api.services.intake.file_demande(program, corps, cle)


@router.get("/demandes", operation_id="list_demandes")
async def get_demandes(api: ApiDep, program: ProgramDep, filtres: Annotated[FiltresApi, Query()]) -> PageDemandes:
    """L'historique de la structure ; les dépôts que la caisse n'a pas encore ouverts y sont « Nouveau »."""
    historique = await list_demandes(api.services, program, RechercheRequest.model_validate(filtres.model_dump()))
    return PageDemandes(demandes=historique.lignes, total=historique.total, page=filtres.page, taille=filtres.taille)


@router.post("/demandes/recherche", operation_id="search_demandes")
async def search(api: ApiDep, program: ProgramDep, corps: RechercheRequest) -> PageDemandes:
    """Recherche nominative : le texte ne passe jamais par une adresse."""
    historique = await list_demandes(api.services, program, corps)
    return PageDemandes(demandes=historique.lignes, total=historique.total, page=corps.page, taille=corps.taille)


@router.get("/demandes/{numero}", operation_id="read_demande", responses=_NOT_FOUND)
async def get_demande(api: ApiDep, program: ProgramDep, numero: Numero) -> DemandeVue:
    """Le détail d'une demande, ses échanges et ses pièces."""
    return await read_demande(api.services, program, NumeroDemande(numero))


@router.get(
    "/demandes/{numero}/accuse.pdf",
    operation_id="read_accuse",
    responses={**_NOT_FOUND, 200: {"content": {"application/pdf": {}}}},
    response_class=Response,
)
async def get_accuse(api: ApiDep, program: ProgramDep, numero: Numero) -> Response:
    """L'accusé de dépôt."""
    return Response(await api.services.intake.read_accuse(program, NumeroDemande(numero)), media_type="application/pdf")


@router.post("/demandes/{numero}/messages", operation_id="send_message", status_code=201, responses={**_NOT_FOUND, **_REFUSED})
async def post_message(
    api: ApiDep, program: ProgramDep, numero: Numero, cle: Cle, corps: Annotated[MessageRequest, Body(openapi_examples=MESSAGE)]
) -> DemandeVue:
    """Répond à la caisse : un texte, des fichiers, ou les deux."""
    return await api.services.case.send_message(program, NumeroDemande(numero), corps, cle)


@router.post("/telechargements", operation_id="open_telechargement", status_code=201, responses={**_NOT_FOUND, **_REFUSED, **_GONE})
async def post_telechargement(api: ApiDep, program: ProgramDep, corps: TelechargementRequest) -> LienVue:
    """Un lien de 60 secondes au plus vers un document reçu ; 410 une fois les 15 jours passés."""
    return await api.services.attachment.link(program, corps.piece_jointe_id)


def _placed(identite: Identite, corps: ConnexionApiRequest) -> Identite:
    """Looking from the only place that fits. Raises: RuleError when several do, or none."""
    fitting = identite.fitting(corps.caisse, corps.structure)
    if len(fitting) == 1:
        return identite.at(fitting[0])
    message = "Précisez la caisse et la structure" if fitting else "Ce compte ne travaille pas là"
    raise RuleError(message, fields=(FieldError("structure", message, "perimetre"),))


async def _body(request: Request) -> AsyncIterator[bytes]:
    async for chunk in request.stream():
        yield chunk
