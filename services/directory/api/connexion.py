"""Sign-in, for the two fronts only (contracts, http/directory)."""

import math

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import JSONResponse

from services.directory.domain.compte import Cote
from services.directory.domain.errors import TentativesExceededError
from services.directory.operations.sign_in import Connecte, Identifiants, sign_in
from services.directory.ports.hashing import Hasher
from shared.contracts.http.directory import ConnexionRequest, ConnexionResult, PerimetreOffert
from shared.kernel.clock import Clock
from shared.kernel.errors import FieldError, RuleError
from shared.plumbing.database import Database
from shared.plumbing.identity import current_machine
from shared.plumbing.problems import Problem, problem_response

_TOO_MANY = 429


def build_router(database: Database, hasher: Hasher, clock: Clock) -> APIRouter:
    """The one route; the token of a front is needed, a person's is refused."""
    router = APIRouter(prefix="/v1", dependencies=[Depends(current_machine)])

    @router.post("/connexion", operation_id="sign_in", responses={401: {"model": Problem}, 429: {"model": Problem}})
    async def post_connexion(corps: ConnexionRequest) -> ConnexionResult:
        identifiants = Identifiants(
            courriel=corps.courriel,
            mot_de_passe=corps.mot_de_passe.get_secret_value(),
            cote=_cote(corps.cote),
            adresse_ip=corps.adresse_ip,
        )
        return _result(await sign_in(database, identifiants, hasher=hasher, clock=clock))

    return router


def install_too_many(app: FastAPI) -> None:
    """Tell a slowed-down sign-in as 429 with how long to wait, in whole seconds."""

    async def too_many(request: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, TentativesExceededError):
            raise error
        seconds = math.ceil(error.delai.total_seconds())
        problem = Problem(
            status=_TOO_MANY,
            code=error.code,
            title=error.title,
            detail="Trop de tentatives de connexion : réessayez plus tard.",
            instance=str(request.scope.get("request_id", "")),
            donnees={"attendre_secondes": seconds},
        )
        response = problem_response(problem)
        response.headers["Retry-After"] = str(seconds)
        return response

    app.add_exception_handler(TentativesExceededError, too_many)


def _cote(texte: str) -> Cote:
    if texte not in set(Cote):
        raise RuleError("unknown front", fields=(FieldError("cote", "partenaire ou caisse"),))
    return Cote(texte)


def _result(connecte: Connecte) -> ConnexionResult:
    return ConnexionResult(
        compte_id=connecte.compte.compte_id,
        nom=connecte.compte.nom,
        prenom=connecte.compte.prenom,
        courriel=connecte.compte.courriel,
        perimetres=[
            PerimetreOffert(
                caisse_code=portee.caisse_code,
                caisse_libelle=connecte.libelles.get(portee.caisse_code, portee.caisse_code),
                structure_id=portee.structure_id,
                structure_nom=portee.structure_nom,
                role=portee.role,
            )
            for portee in connecte.portees
        ],
    )
