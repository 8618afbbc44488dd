"""`/_galerie`: every macro in every state, for the demo profile only (ux §8.26). Looked at, and checked by axe."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from shared.contracts.http.case import MessageVue, PieceVue
from shared.kernel.clock import Clock
from shared.webkit.form_data import SMALL_FORM_BYTES
from shared.webkit.forms import Champ, Formulaire, Genre, Option
from shared.webkit.pages import Pages
from shared.webkit.pagination import Pagination

_CIVILITES: Final = (Option("madame", "Madame"), Option("monsieur", "Monsieur"))
_FREINS: Final = (Option("financier", "Financier"), Option("numerique", "Numérique", "Pas d'équipement, ou pas d'aisance"))
_CHAMPS: Final = (
    Champ(nom="nom", libelle="Nom", valeur="D'Agostino"),
    Champ(nom="prenom", libelle="Prénom", erreur="Saisissez le prénom"),
    Champ(
        nom="naissance",
        libelle="Date de naissance",
        aide="JJ/MM/AAAA",
        valeur="00/00/1950",
        avertissement="Date inhabituelle, vérifiez.",
        court=True,
    ),
    Champ(nom="lieu", libelle="Lieu de naissance", suggestions=("Maroc", "Portugal"), requis=False),
    Champ(nom="civilite", libelle="Civilité", genre=Genre.RADIOS, options=_CIVILITES, valeur="madame", en_ligne=True),
    Champ(nom="civilite_fausse", libelle="Civilité", genre=Genre.RADIOS, options=_CIVILITES, erreur="Sélectionnez la civilité"),
    Champ(nom="freins", libelle="Freins repérés", genre=Genre.CASES, options=_FREINS, valeurs=("numerique",), requis=False),
    Champ(nom="motif", libelle="Motif", genre=Genre.LISTE, options=_CIVILITES, erreur="Sélectionnez le motif de la demande"),
    Champ(nom="accord", libelle="Consentement recueilli à l'oral", genre=Genre.CASE, erreur="Cochez la case"),
    Champ(nom="commentaire", libelle="Commentaires", genre=Genre.TEXTE_LONG, max=5000, aide="5 000 caractères maximum", lignes=3),
    Champ(nom="recueilli_le", libelle="Recueilli le", genre=Genre.MOMENT),
    Champ(nom="fichiers", libelle="Choisir des fichiers", genre=Genre.FICHIERS, requis=False),
)


def build_gallery_router(pages: Pages, clock: Clock) -> APIRouter:
    """The one page. Include it in the demo profile only."""
    router = APIRouter(include_in_schema=False, max_body_size=SMALL_FORM_BYTES)

    @router.get("/_galerie")
    async def show_gallery(request: Request) -> HTMLResponse:
        now = clock.now()
        return pages.render(
            request,
            "galerie.html",
            formulaire=Formulaire.of(_CHAMPS),
            fil=_thread(now),
            pages_=Pagination(page=4, taille=10, total=87, chemin="/_galerie", criteres={}),
            maintenant=now,
            bientot=now + timedelta(hours=6),
        )

    return router


def _thread(now: datetime) -> list[MessageVue]:
    piece = PieceVue(id=UUID(int=1), nom="formulaire.pdf", taille_octets=122880, sens="envoyee", etat="saine", type_libelle="Formulaire")
    infected = piece.model_copy(update={"nom": "photo.jpeg", "etat": "infectee"})
    return [
        MessageVue(
            id=UUID(int=1),
            cote="fo",
            auteur="EXEMPLE Anne",
            de_moi=True,
            genre="depot",
            texte="Dossier complet.",
            envoye_le=now,
            pieces=[piece, infected],
        ),
        MessageVue(id=UUID(int=2), cote="bo", auteur="CPAM — service C2S", genre="question", texte="Il manque l'avis.", envoye_le=now),
        MessageVue(
            id=UUID(int=3), cote="bo", auteur="CPAM — service C2S", genre="reponse_finale", texte="La C2S est accordée.", envoye_le=now
        ),
    ]
