"""The partner's history: demandes of case, and filings of intake that case has not opened yet (house §9.10)."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from services.gateway.ports.services import Services
from shared.contracts.http.case import DemandeResume, PageDemandes, RechercheRequest
from shared.contracts.http.intake import NonOuverteVue
from shared.contracts.perimetre import Perimetre
from shared.kernel.errors import DependencyError

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Historique:
    """Rows to show, newest filing first by default. `incomplet`: case does not answer, only fresh filings are here.

    `fraiches`: numbers that case has not opened yet, which nothing can be done with for the moment.
    """

    lignes: list[DemandeResume]
    total: int
    fraiches: frozenset[str] = frozenset()
    incomplet: bool = False


async def list_demandes(services: Services, perimetre: Perimetre, recherche: RechercheRequest) -> Historique:
    """One page of the history. Fresh filings stand first on the first page, as « Nouveau »."""
    page, deposees = await asyncio.gather(
        _or_none(_page_of_case(services, perimetre, recherche)), _or_none(list_fraiches(services, perimetre, recherche))
    )
    fraiches = deposees or []
    if page is None:
        return Historique(lignes=fraiches, total=len(fraiches), fraiches=_numeros(fraiches), incomplet=True)
    connues = {demande.numero for demande in page.demandes}
    nouvelles = [demande for demande in fraiches if demande.numero not in connues]
    total = page.total + len(nouvelles)
    return Historique(lignes=[*nouvelles, *page.demandes], total=total, fraiches=_numeros(nouvelles))


def _numeros(demandes: list[DemandeResume]) -> frozenset[str]:
    return frozenset(demande.numero for demande in demandes)


async def _or_none(answer: Awaitable[T]) -> T | None:
    """None when the service does not answer: what the other one told is shown."""
    try:
        return await answer
    except DependencyError:
        return None


async def _page_of_case(services: Services, perimetre: Perimetre, recherche: RechercheRequest) -> PageDemandes:
    if recherche.texte:
        return await services.case.search_demandes(perimetre, recherche)
    return await services.case.list_demandes(perimetre, recherche)


async def list_fraiches(services: Services, perimetre: Perimetre, recherche: RechercheRequest) -> list[DemandeResume]:
    """Filings of this filter that case has not opened yet, newest first; on the first page only. Raises: DependencyError."""
    hidden = recherche.attente or recherche.suivies or recherche.motif or recherche.statut not in {None, "NOUVEAU"}
    if hidden or recherche.texte or recherche.page > 1:
        return []
    non_ouvertes = await services.intake.list_non_ouvertes(perimetre)
    return [_resume(demande) for demande in non_ouvertes if _passes(demande, recherche)]


def _passes(demande: NonOuverteVue, recherche: RechercheRequest) -> bool:
    jour = demande.jour.isoformat()
    return (
        (recherche.offre in {None, demande.offre})
        and (not recherche.depuis or jour >= recherche.depuis)
        and (not recherche.jusqua or jour <= recherche.jusqua)
        and (demande.de_moi or not recherche.miennes)
    )


def _resume(demande: NonOuverteVue) -> DemandeResume:
    return DemandeResume(
        numero=demande.numero,
        offre=demande.offre,
        offre_libelle=demande.offre_libelle,
        motif_libelle=demande.motif_libelle,
        deposee_le=demande.deposee_le,
        demandeur_nom=demande.demandeur_nom,
        personne=demande.personne,
        statut="NOUVEAU",
        statut_modifie_le=demande.deposee_le,
    )
