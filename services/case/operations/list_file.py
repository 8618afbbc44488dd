"""The agent's queue: a view, its filters, the counters of every view this role may open, and search (ux A01, A02, A05)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.case.domain.calendrier import Calendrier
from services.case.domain.delais import CAP
from services.case.domain.demande import ECHANGE_CLOTURE, Demande
from services.case.domain.recherche import is_named, requete_of
from services.case.domain.vue import Vue
from services.case.operations.calendriers import calendrier_of
from services.case.operations.droits import Acte, check_may, files_of, views_of
from services.case.operations.tools import Tools
from services.case.operations.views import horloge_view, personne_line
from services.case.store import queue
from services.case.store.mapping import to_domain
from services.case.store.tables import DemandeRow
from shared.contracts.http.case import LigneFile, PageFile
from shared.contracts.perimetre import Perimetre
from shared.contracts.reference import ReferentielCaisse
from shared.kernel.errors import NotFoundError
from shared.plumbing.audit import record_act
from shared.plumbing.database import AsyncSession

_SANS_SUITE: Final = timedelta(days=15)
_URGENT: Final = "urgent"
RECHERCHE: Final = "recherche"
TRI_ECHEANCE: Final = queue.TRI_ECHEANCE
TRIS: Final = tuple(queue.TRIS)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltresFile:
    """A view with its filters. `agent`: an account id, "moi" or "aucun"; empty filters do not count."""

    vue: str = Vue.A_PRENDRE_EN_CHARGE
    page: int = 1
    taille: int = 25
    offre: str = ""
    motif: str = ""
    structure: str = ""
    agent: str = ""
    tri: str = TRI_ECHEANCE  # one of TRIS
    descendant: bool = False


async def list_file(session: AsyncSession, filtres: FiltresFile, *, perimetre: Perimetre, tools: Tools) -> PageFile:
    """One page of a view, most urgent first. Raises: ActeForbiddenError, NotFoundError for a view this role does not have."""
    check_may(perimetre, Acte.LIST_FILE)
    now, files = tools.clock.now(), files_of(perimetre)
    if filtres.vue not in views_of(perimetre.role):
        raise NotFoundError("Cette vue n'existe pas.")
    criteres = queue.CriteresFile(
        vue=Vue(filtres.vue),
        files=files,
        page=max(filtres.page, 1),
        taille=filtres.taille,
        sans_suite_avant=now - _SANS_SUITE,
        offre=filtres.offre,
        motif=filtres.motif,
        structure_id=_uuid(filtres.structure),
        agent=_agent(filtres.agent, perimetre),
        tri=filtres.tri,
        descendant=filtres.descendant,
    )
    rows, total = await queue.list_view(session, criteres, perimetre=perimetre, now=now)
    return await _page(session, rows, total, filtres, perimetre=perimetre, tools=tools)


async def search_file(
    session: AsyncSession, texte: str, *, page: int = 1, taille: int = 25, perimetre: Perimetre, tools: Tools
) -> PageFile:
    """By number, by the person's name and day of birth, or by structure, whatever the state.

    A search is journalled, its words are not. Raises: ActeForbiddenError.
    """
    check_may(perimetre, Acte.LIST_FILE)
    now, mots = tools.clock.now(), tuple(requete_of(texte))
    await record_act(session, perimetre, "search", objet="demande", objet_id="", now=now)
    noms = await tools.reference.structure_names(session, perimetre.caisse_code) if mots else {}
    cherchee = queue.Recherche(mots=mots, structures=tuple(structure_id for structure_id, nom in noms.items() if is_named(nom, mots)))
    rows, total = (
        await queue.search_file(session, cherchee, files=files_of(perimetre), page=max(page, 1), taille=taille, perimetre=perimetre)
        if mots
        else ([], 0)
    )
    filtres = FiltresFile(vue=RECHERCHE, page=max(page, 1), taille=taille)
    return await _page(session, rows, total, filtres, perimetre=perimetre, tools=tools)


async def read_referentiel(session: AsyncSession, *, perimetre: Perimetre, tools: Tools) -> ReferentielCaisse:
    """The caisse's rules in force: what filters, requalification and forms offer."""
    check_may(perimetre, Acte.LIST_FILE)
    return await tools.reference.referentiel(session, perimetre.caisse_code, at=tools.clock.now())


async def _page(
    session: AsyncSession, rows: list[DemandeRow], total: int, filtres: FiltresFile, *, perimetre: Perimetre, tools: Tools
) -> PageFile:
    now, files = tools.clock.now(), files_of(perimetre)
    referentiel = await tools.reference.referentiel(session, perimetre.caisse_code, at=now)
    calendrier = calendrier_of(referentiel.parametres)
    compteurs = await queue.count_views(session, files=files, perimetre=perimetre, sans_suite_avant=now - _SANS_SUITE, now=now)
    return PageFile(
        vue=filtres.vue,
        lignes=[_ligne(row, calendrier, now) for row in rows],
        total=total,
        page=max(filtres.page, 1),
        taille=filtres.taille,
        compteurs={vue.value: compteurs[vue] for vue in views_of(perimetre.role)},
    )


def _ligne(row: DemandeRow, calendrier: Calendrier, now: datetime) -> LigneFile:
    demande = to_domain(row, [])
    horloge = demande.prise_en_charge if demande.prise_en_charge.is_running else demande.resolution
    return LigneFile(
        numero=row.numero,
        version=row.version_fil,
        offre_libelle=row.offre_libelle,
        motif_libelle=row.motif_libelle,
        personne=personne_line(demande.personne),
        structure_nom=row.structure_nom,
        deposee_le=row.deposee_le,
        derniere_activite_le=row.derniere_activite_le,
        statut=row.statut,
        sous_etat=row.sous_etat,
        agent_nom=row.agent_nom,
        horloge=horloge_view(horloge, demande, calendrier, now),
        urgente=_URGENT in row.drapeaux,
        nb_pieces=row.nb_pieces,
        alertes=_alertes(row, demande),
    )


def _alertes(row: DemandeRow, demande: Demande) -> list[str]:
    """What an agent must see at a glance: escalade, cap, cloture_proposee, doublon, piece_ecartee."""
    vraies = {
        "escalade": row.escalade > 0,
        "cap": CAP in demande.franchies,
        "cloture_proposee": ECHANGE_CLOTURE in demande.franchies,
        "doublon": bool(row.doublon_justification),
        "piece_ecartee": row.piece_ecartee,
        "rouverte": row.rouverte,
    }
    return [code for code, vrai in vraies.items() if vrai]


def _agent(texte: str, perimetre: Perimetre) -> UUID | str | None:
    if texte == "moi":
        return perimetre.acteur_id
    return texte if texte == "aucun" else _uuid(texte)


def _uuid(texte: str) -> UUID | None:
    try:
        return UUID(texte) if texte else None
    except ValueError:
        return None
