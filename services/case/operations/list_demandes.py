"""The partner's history, search, received files and star (domain §3.3, ux L01–L08)."""

from datetime import date, datetime, timedelta
from typing import Final

from services.case.domain.recherche import requete_of
from services.case.operations.calendriers import calendrier_of
from services.case.operations.droits import Acte, check_may
from services.case.operations.tools import Tools
from services.case.operations.views import piece_view, resume_of
from services.case.store import demandes, history
from services.case.store.mapping import piece_to_domain
from shared.contracts.http.case import DocumentRecu, Filtres, PageDemandes, RechercheRequest
from shared.contracts.perimetre import Perimetre
from shared.kernel.errors import FieldError, RuleError
from shared.kernel.identifiers import NumeroDemande
from shared.plumbing.database import AsyncSession

_EXPIRED_SHOWN: Final = timedelta(days=30)
_LAST_DAY: Final = date.max - timedelta(days=1)  # a calendar has no day after its last one


async def list_demandes(session: AsyncSession, filtres: Filtres, *, perimetre: Perimetre, tools: Tools) -> PageDemandes:
    """One page of the structure's demandes; a `RechercheRequest` also looks for its words.

    Raises: ActeForbiddenError, RuleError for a day that is none.
    """
    check_may(perimetre, Acte.LIST_DEMANDES)
    now = tools.clock.now()
    mots = tuple(requete_of(filtres.texte)) if isinstance(filtres, RechercheRequest) else ()
    if isinstance(filtres, RechercheRequest) and filtres.texte.strip() and not mots:
        return PageDemandes(demandes=[], total=0, page=filtres.page, taille=filtres.taille)
    depuis, jusqua = await _period(session, filtres, perimetre=perimetre, tools=tools, now=now)
    criteres = history.Criteres(
        page=max(filtres.page, 1),
        taille=filtres.taille,
        tri=filtres.tri,
        descendant=filtres.ordre == "desc",
        offre=filtres.offre,
        motif=filtres.motif,
        statut=filtres.statut,
        attente=filtres.attente,
        depuis=depuis,
        jusqua=jusqua,
        suivies=filtres.suivies,
        miennes=filtres.miennes,
        mots=mots,
    )
    lignes, total = await history.list_history(session, criteres, perimetre=perimetre, now=now)
    return PageDemandes(demandes=[resume_of(ligne) for ligne in lignes], total=total, page=criteres.page, taille=criteres.taille)


async def list_documents(session: AsyncSession, *, perimetre: Perimetre, tools: Tools) -> list[DocumentRecu]:
    """Received files: soonest end first, then those expired for less than thirty days."""
    check_may(perimetre, Acte.LIST_DOCUMENTS)
    now = tools.clock.now()
    referentiel = await tools.reference.referentiel(session, perimetre.caisse_code, at=now)
    recues = await history.list_received(session, perimetre=perimetre, since=now - _EXPIRED_SHOWN)
    documents = [
        DocumentRecu(numero=demande.numero, offre_libelle=demande.offre_libelle, piece=piece_view(piece_to_domain(piece), referentiel, now))
        for piece, demande in recues
    ]
    return sorted(documents, key=lambda document: document.piece.etat == "expiree")


async def follow_demande(session: AsyncSession, numero: NumeroDemande, *, suivie: bool, perimetre: Perimetre) -> None:
    """The star, personal to the account. Raises: DemandeNotFoundError, ActeForbiddenError."""
    check_may(perimetre, Acte.FOLLOW)
    await demandes.get_demande(session, numero, perimetre, lock=False)
    await history.save_suivi(session, numero, perimetre=perimetre, suivie=suivie)


async def _period(
    session: AsyncSession, filtres: Filtres, *, perimetre: Perimetre, tools: Tools, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """Local days of the caisse, both included, as instants."""
    if not filtres.depuis and not filtres.jusqua:
        return None, None
    referentiel = await tools.reference.referentiel(session, perimetre.caisse_code, at=now)
    fuseau = calendrier_of(referentiel.parametres).fuseau
    depuis, jusqua = _day(filtres.depuis, "depuis"), _day(filtres.jusqua, "jusqua")
    debut = datetime.combine(depuis, datetime.min.time(), tzinfo=fuseau) if depuis else None
    fin = datetime.combine(min(jusqua, _LAST_DAY) + timedelta(days=1), datetime.min.time(), tzinfo=fuseau) if jusqua else None
    return debut, fin


def _day(texte: str | None, champ: str) -> date | None:
    try:
        return date.fromisoformat(texte) if texte else None
    except ValueError as error:
        message = "Saisissez une date au format AAAA-MM-JJ."
        raise RuleError(message, fields=(FieldError(champ, message),)) from error
