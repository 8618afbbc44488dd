"""Sign-in, for the two fronts only (contracts, http/directory)."""

from fastapi import APIRouter, Depends

from services.directory.domain.compte import Cote
from services.directory.operations.sign_in import Connecte, Identifiants, sign_in
from services.directory.ports.hashing import Hasher
from shared.contracts.http.directory import ConnexionRequest, ConnexionResult, PerimetreOffert
from shared.kernel.clock import Clock
from shared.kernel.errors import FieldError, RuleError
from shared.plumbing.database import Database
from shared.plumbing.identity import current_machine
from shared.plumbing.problems import Problem


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
