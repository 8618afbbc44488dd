"""One demande as the partner sees it: from case, or from intake as « Nouveau » until case has opened it (house §2)."""

from uuid import UUID

from services.gateway.ports.services import Services
from shared.contracts.http.case import DemandeVue, MessageVue, PieceVue
from shared.contracts.http.intake import DepotVue
from shared.contracts.perimetre import Perimetre
from shared.kernel.errors import DependencyError, NotFoundError
from shared.kernel.identifiers import NumeroDemande


async def read_demande(services: Services, perimetre: Perimetre, numero: NumeroDemande) -> DemandeVue:
    """The detail page's content; a fresh filing shows even while case does not answer.

    Raises: NotFoundError for a number of nobody, or of another structure (UX-L08); DependencyError.
    """
    try:
        return await services.case.read_demande(perimetre, numero)
    except NotFoundError:
        return fresh_filing(await services.intake.read_depot(perimetre, numero), perimetre)
    except DependencyError as error:
        try:
            return fresh_filing(await services.intake.read_depot(perimetre, numero), perimetre)
        except NotFoundError:
            raise error from None


async def read_filing(services: Services, perimetre: Perimetre, numero: NumeroDemande) -> DemandeVue:
    """What was just filed: intake knows it first, and alone for a moment (house §2). Raises: as `read_demande`."""
    try:
        return fresh_filing(await services.intake.read_depot(perimetre, numero), perimetre)
    except NotFoundError:
        return await services.case.read_demande(perimetre, numero)


def fresh_filing(vue: DepotVue, perimetre: Perimetre) -> DemandeVue:
    """A filing that case has not opened yet: nothing can be written in it for the moment."""
    depot = vue.depot
    pieces = [
        PieceVue(
            id=UUID(piece.id),
            nom=piece.nom,
            taille_octets=piece.taille_octets,
            sens="envoyee",
            etat="recue",
            type=piece.type,
            hors_liste=piece.hors_liste,
        )
        for piece in depot.pieces
    ]
    message = MessageVue(
        id=UUID(int=0),
        cote="fo",
        auteur=depot.demandeur_nom,
        de_moi=depot.demandeur_id == str(perimetre.compte_id),
        genre="depot",
        texte=depot.commentaire,
        envoye_le=depot.deposee_le,
        pieces=pieces,
    )
    return DemandeVue(
        numero=depot.numero,
        version=0,
        offre=depot.offre,
        offre_libelle=vue.offre_libelle,
        motif=depot.motif,
        motif_libelle=vue.motif_libelle,
        deposee_le=depot.deposee_le,
        demandeur_nom=depot.demandeur_nom,
        statut="NOUVEAU",
        statut_modifie_le=depot.deposee_le,
        complement_demande=False,
        peut_repondre=False,
        suivie=False,
        personne=depot.personne,
        commentaire=depot.commentaire,
        messages=[message],
        pieces=pieces,
    )
