"""The whole of a filter as one file (UX-L09): every row, or none."""

from dataclasses import dataclass
from typing import Final

from services.gateway.operations.list_demandes import list_fraiches
from services.gateway.ports.services import Services
from shared.contracts.http.case import DemandeResume, RechercheRequest
from shared.contracts.perimetre import Perimetre

EXPORT_MAX: Final = 5000
_PAGE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """Rows in the order of the history, at most `EXPORT_MAX`. `coupe`: there are more."""

    lignes: list[DemandeResume]
    coupe: bool


async def export_demandes(services: Services, perimetre: Perimetre, recherche: RechercheRequest) -> Export:
    """Every demande of the filter. Raises: DependencyError when a part is missing: half a file would pass for the whole one."""
    wanted = recherche.model_copy(update={"page": 1, "taille": _PAGE})
    lignes = {demande.numero: demande for demande in await list_fraiches(services, perimetre, wanted)}
    for page in range(1, EXPORT_MAX // _PAGE + 2):  # one row more than the file may hold tells that there are more
        found = await services.case.list_demandes(perimetre, wanted.model_copy(update={"page": page}))
        # By number: a demande opened meanwhile was fresh a moment ago, and pushes the last row of a page onto the next one.
        lignes |= {demande.numero: demande for demande in found.demandes}
        if len(found.demandes) < _PAGE:
            break
    return Export(lignes=list(lignes.values())[:EXPORT_MAX], coupe=len(lignes) > EXPORT_MAX)
