"""The services as the gateway sees them, in memory; sessions without a database; people who do not exist."""

import base64
import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from services.directory.operations.compile_referentiel import compile_referentiel
from services.directory.operations.read_catalogue import read_catalogue
from services.gateway.operations.read_demande import fresh_filing
from services.gateway.ports.services import Services
from services.gateway.web.context import ROLES
from services.intake.domain.pays import PAYS
from services.intake.domain.procuration import oldest_procuration
from shared.contracts.depots import Depot, PersonneConcernee, PieceDeposee
from shared.contracts.http.attachment import ContenuRecu, LienVue, RecuVue
from shared.contracts.http.case import (
    BrouillonMessage,
    DemandeResume,
    DemandeVue,
    DocumentRecu,
    Filtres,
    MessageRequest,
    PageDemandes,
    PieceVue,
    RechercheRequest,
)
from shared.contracts.http.directory import ConnexionResult, PerimetreOffert
from shared.contracts.http.intake import (
    AccuseVue,
    BrouillonRequest,
    BrouillonVue,
    DepotRequest,
    DepotVue,
    FormulaireVue,
    NonOuverteVue,
    OffresVue,
    OffreVue,
)
from shared.contracts.http.intake import PieceVue as BrouillonPiece
from shared.contracts.http.notification import AvisVue
from shared.contracts.perimetre import Perimetre
from shared.kernel.clock import FixedClock
from shared.kernel.errors import (
    ConflictError,
    DependencyUnavailableError,
    FieldError,
    ForbiddenError,
    GoneError,
    HouseError,
    NotFoundError,
    RuleError,
)
from shared.kernel.identifiers import CaisseCode, NumeroDemande
from shared.plumbing.http_client import ToldConflictError
from shared.plumbing.problems import Problem
from shared.webkit.identite import Identite
from shared.webkit.sessions import PARTENAIRE, PROGRAMME
from tests.unit.webkit.fakes import FakeDirectory, MemorySessions

MARDI = datetime(2026, 2, 17, 8, 12, tzinfo=UTC)
STRUCTURE, AUTRE_STRUCTURE, COMPTE = UUID(int=1), UUID(int=2), UUID(int=10)
COURRIEL, MOT_DE_PASSE = "anne.exemple@ccas.exemple.fr", "une phrase de passe"
NUMERO = NumeroDemande("2683100012")
_CATALOGUE = read_catalogue()
_FERMEE = "Votre structure n'a pas l'habilitation « Demander un document »."


@cache
def un_formulaire(offre: str) -> FormulaireVue:
    """The form of an offre as intake draws it for a structure that may do everything."""
    ref = compile_referentiel(_CATALOGUE, CaisseCode("831"), version=1, en_vigueur_le=MARDI)
    found = ref.offre(offre)
    if found is None:
        raise NotFoundError("Cette offre n'existe pas.")
    parametres = ref.parametres
    return FormulaireVue(
        offre=found,
        motifs=found.motifs,
        champs=ref.champs,
        personne_concernee=ref.personne_concernee,
        types_pieces=ref.types_pieces,
        regles=ref.regles,
        textes=ref.textes,
        formats_autorises=parametres.formats_autorises,
        max_fichiers=parametres.max_fichiers,
        max_octets=parametres.max_octets,
        pays=list(PAYS)[:20],
        procuration_validite_mois=parametres.procuration_validite_mois,
        procuration_depuis=oldest_procuration(MARDI.date(), parametres.procuration_validite_mois),
        disponible=True,
    )


def un_recu(nom: str = "avis.pdf", taille: int = 122880, piece_id: UUID | None = None) -> RecuVue:
    """What attachment answers; the signature is not checked by the gateway."""
    contenu = ContenuRecu(
        id=piece_id or uuid4(),
        nom=nom,
        taille_octets=taille,
        sha256="0" * 64,
        format="pdf",
        structure=STRUCTURE,
        caisse="831",
        compte=COMPTE,
    )
    payload = base64.urlsafe_b64encode(json.dumps({"exp": 0, "dit": contenu.model_dump(mode="json")}).encode())
    recu = f"e30.{payload.decode().rstrip('=')}.signature"
    return RecuVue(id=contenu.id, nom=nom, taille_octets=taille, format="pdf", recu=recu)


def une_demande(**changes: object) -> DemandeVue:
    """A demande of Jeanne FICTIVE, taken in charge, that waits for a complement."""
    depot = un_depot()
    base = fresh_filing(
        DepotVue(depot=depot, offre_libelle="Transmettre et / ou suivre un dossier", motif_libelle="Etude de C2S"), un_perimetre()
    )
    values = {"version": 3, "statut": "PRIS_EN_CHARGE", "complement_demande": True, "peut_repondre": True, **changes}
    return base.model_copy(update=values)


def un_depot(numero: str = NUMERO, offre: str = "transmettre_suivre_dossier", motif: str = "dossier_c2s") -> Depot:
    """What intake keeps of it."""
    return Depot(
        numero=numero,
        caisse_code="831",
        structure_id=str(STRUCTURE),
        demandeur_id=str(COMPTE),
        demandeur_nom="EXEMPLE Anne",
        deposee_le=MARDI,
        offre=offre,
        motif=motif,
        referentiel_version=1,
        personne=PersonneConcernee(
            civilite="madame", nom="FICTIVE", prenom="Jeanne", date_naissance="00/00/1950", lieu_naissance="83", telephone="+33700000000"
        ),
        commentaire="Dossier complet.",
        pieces=[PieceDeposee(id=str(uuid4()), nom="formulaire.pdf", taille_octets=1000, sha256="0", type="formulaire")],
    )


def un_resume(numero: str = NUMERO, **changes: object) -> DemandeResume:
    """A row of the history."""
    base = DemandeResume(
        numero=numero,
        offre="transmettre_suivre_dossier",
        offre_libelle="Transmettre et / ou suivre un dossier",
        motif_libelle="Etude de C2S",
        deposee_le=MARDI,
        demandeur_nom="EXEMPLE Anne",
        personne="Madame FICTIVE Jeanne",
        statut="PRIS_EN_CHARGE",
        statut_modifie_le=MARDI,
    )
    return base.model_copy(update=changes)


def un_document(*, resolue: bool = False, **changes: object) -> DocumentRecu:
    """A received file that can be downloaded for four days."""
    piece = PieceVue(
        id=UUID(int=77),
        nom="attestation.pdf",
        taille_octets=122880,
        sens="recue",
        etat="disponible",
        mise_a_disposition_le=MARDI - timedelta(days=11),
        echeance_telechargement=MARDI + timedelta(days=4),
    )
    return DocumentRecu(
        numero=NUMERO,
        offre="demander_document",
        offre_libelle="Demander un document",
        resolue=resolue,
        piece=piece.model_copy(update=changes),
    )


def un_perimetre() -> Perimetre:
    """Anne EXEMPLE, technicienne of the CCAS."""
    perimetre = Identite.of(un_compte(), ROLES).perimetre
    assert perimetre is not None
    return perimetre


def un_compte(*, perimetres: int = 1) -> ConnexionResult:
    """Anne EXEMPLE, with one or several places to work."""
    offerts = [
        PerimetreOffert(
            caisse_code="831", caisse_libelle="CPAM du Var", structure_id=STRUCTURE, structure_nom="CCAS d'Exempleville", role="technicien"
        ),
        PerimetreOffert(
            caisse_code="411",
            caisse_libelle="CPAM de Loir-et-Cher",
            structure_id=AUTRE_STRUCTURE,
            structure_nom="CCAS de Testbourg",
            role="technicien",
        ),
    ]
    return ConnexionResult(compte_id=COMPTE, nom="Exemple", prenom="Anne", courriel=COURRIEL, perimetres=offerts[:perimetres])


def check_part(texte: str) -> None:
    """The real client puts it in an address as it stands: nothing may reach it there that leads elsewhere, or nowhere."""
    assert re.fullmatch("[0-9a-z_]+", texte), texte


class FakeIntake:
    """Keeps drafts and filings; refuses what the test tells it to; can be down for those that case has not opened."""

    def __init__(self) -> None:
        self.brouillons: dict[UUID, BrouillonVue] = {}
        self.depots: dict[str, Depot] = {}
        self.requetes: list[DepotRequest] = []
        self.cles: list[UUID] = []
        self.refus: HouseError | None = None
        self.fermees: set[str] = set()
        self.panne = False

    async def list_offres(self, _perimetre: Perimetre) -> OffresVue:
        offres = [
            OffreVue(
                code=code,
                libelle=un_formulaire(code).offre.libelle,
                description=un_formulaire(code).offre.description,
                disponible=code not in self.fermees,
                raison=_FERMEE if code in self.fermees else "",
            )
            for code in OFFRES
        ]
        return OffresVue(caisse_code="831", caisse_libelle="CPAM du Var", offres=offres)

    async def read_formulaire(self, _perimetre: Perimetre, offre: str) -> FormulaireVue:
        check_part(offre)
        return un_formulaire(offre)

    async def list_brouillons(self, _perimetre: Perimetre) -> list[BrouillonVue]:
        return list(self.brouillons.values())

    async def read_brouillon(self, _perimetre: Perimetre, brouillon_id: UUID) -> BrouillonVue:
        if brouillon_id not in self.brouillons:
            raise NotFoundError("Ce brouillon n'existe plus.")
        return self.brouillons[brouillon_id]

    async def create_brouillon(self, perimetre: Perimetre, brouillon: BrouillonRequest) -> BrouillonVue:
        return self._keep(uuid4(), brouillon, version=1)

    async def save_brouillon(self, perimetre: Perimetre, brouillon_id: UUID, brouillon: BrouillonRequest) -> BrouillonVue:
        kept = await self.read_brouillon(perimetre, brouillon_id)
        if kept.version != brouillon.version:
            raise ConflictError("brouillon-modified")
        return self._keep(brouillon_id, brouillon, version=kept.version + 1)

    async def delete_brouillon(self, _perimetre: Perimetre, brouillon_id: UUID) -> None:
        self.brouillons.pop(brouillon_id, None)

    async def file_demande(self, perimetre: Perimetre, depot: DepotRequest, cle: UUID) -> AccuseVue:
        self.requetes.append(depot)
        if self.refus is not None:
            raise self.refus
        if cle not in self.cles:
            self.cles.append(cle)
            numero = f"26831{len(self.cles):05d}"
            self.depots[numero] = un_depot(numero, depot.offre, str(depot.contenu.get("motif", "")))
        if depot.brouillon_id:
            self.brouillons.pop(depot.brouillon_id, None)
        return self._accuse(f"26831{self.cles.index(cle) + 1:05d}")

    async def read_filed(self, _perimetre: Perimetre, cle: UUID) -> AccuseVue:
        if cle not in self.cles:
            raise NotFoundError("Aucune demande n'a été déposée avec cette clé.")
        return self._accuse(f"26831{self.cles.index(cle) + 1:05d}")

    async def list_non_ouvertes(self, perimetre: Perimetre) -> list[NonOuverteVue]:
        if self.panne:
            raise DependencyUnavailableError("intake", "answer")
        return [
            NonOuverteVue(
                **{**self._accuse(numero).model_dump(), "deposee_le": depot.deposee_le, "demandeur_nom": depot.demandeur_nom},
                de_moi=depot.demandeur_id == str(perimetre.compte_id),
                jour=depot.deposee_le.astimezone(ZoneInfo("Europe/Paris")).date(),
            )
            for numero, depot in reversed(self.depots.items())
        ]

    async def read_depot(self, _perimetre: Perimetre, numero: NumeroDemande) -> DepotVue:
        check_part(numero)
        if numero not in self.depots:
            raise NotFoundError("Cette demande n'existe pas.")
        return DepotVue(depot=self.depots[numero], offre_libelle="Transmettre et / ou suivre un dossier", motif_libelle="Etude de C2S")

    async def read_accuse(self, _perimetre: Perimetre, numero: NumeroDemande) -> bytes:
        check_part(numero)
        return f"%PDF-1.7 {numero}".encode()

    def _keep(self, brouillon_id: UUID, brouillon: BrouillonRequest, *, version: int) -> BrouillonVue:
        pieces = [
            BrouillonPiece(
                id=str(uuid4()), nom="avis.pdf", taille_octets=10, recu=piece.recu, type=piece.type, justification=piece.justification
            )
            for piece in brouillon.pieces
        ]
        vue = BrouillonVue(
            id=brouillon_id,
            offre=brouillon.offre,
            contenu=brouillon.contenu,
            pieces=pieces,
            version=version,
            cree_le=MARDI,
            modifie_le=MARDI,
        )
        self.brouillons[brouillon_id] = vue
        return vue

    def _accuse(self, numero: str) -> AccuseVue:
        return AccuseVue(
            numero=numero,
            deposee_le=MARDI,
            offre="transmettre_suivre_dossier",
            offre_libelle="Transmettre et / ou suivre un dossier",
            motif="dossier_c2s",
            motif_libelle="Etude de C2S",
            demandeur_nom="EXEMPLE Anne",
            personne="Madame FICTIVE Jeanne",
            service="Service des droits",
        )


class FakeCase:
    """Keeps demandes; can be down."""

    def __init__(self) -> None:
        self.demandes: dict[str, DemandeVue] = {}
        self.resumes: list[DemandeResume] = []
        self.documents: list[DocumentRecu] = []
        self.recherches: list[RechercheRequest] = []
        self.messages: list[tuple[MessageRequest, UUID]] = []
        self.suivies: dict[str, bool] = {}
        self.brouillons: dict[tuple[UUID, str], BrouillonMessage] = {}
        self.panne = self.interdit = False
        self.refus: HouseError | None = None

    async def list_demandes(self, perimetre: Perimetre, filtres: Filtres) -> PageDemandes:
        return await self.search_demandes(perimetre, RechercheRequest(**filtres.model_dump()))

    async def search_demandes(self, _perimetre: Perimetre, recherche: RechercheRequest) -> PageDemandes:
        self._check()
        self.recherches.append(recherche)
        start = (recherche.page - 1) * recherche.taille
        rows = self.resumes[start : start + recherche.taille]
        return PageDemandes(demandes=rows, total=len(self.resumes), page=recherche.page, taille=recherche.taille)

    async def read_demande(self, _perimetre: Perimetre, numero: NumeroDemande) -> DemandeVue:
        self._check()
        check_part(numero)
        if numero not in self.demandes:
            raise NotFoundError("Cette demande n'existe pas.")
        return self.demandes[numero]

    async def send_message(self, perimetre: Perimetre, numero: NumeroDemande, message: MessageRequest, cle: UUID) -> DemandeVue:
        self._check()
        if self.refus is not None:
            raise self.refus
        self.messages.append((message, cle))
        return await self.read_demande(perimetre, numero)

    async def read_brouillon(self, perimetre: Perimetre, numero: NumeroDemande) -> BrouillonMessage:
        self._check()
        return self.brouillons.get((perimetre.acteur_id, numero), BrouillonMessage())

    async def save_brouillon(self, perimetre: Perimetre, numero: NumeroDemande, brouillon: BrouillonMessage) -> None:
        await self.read_demande(perimetre, numero)
        self.brouillons[perimetre.acteur_id, numero] = brouillon

    async def follow(self, _perimetre: Perimetre, numero: NumeroDemande, *, suivie: bool) -> None:
        check_part(numero)
        self.suivies[numero] = suivie

    async def list_documents(self, _perimetre: Perimetre) -> list[DocumentRecu]:
        self._check()
        return self.documents

    def _check(self) -> None:
        if self.interdit:
            raise ForbiddenError("Seul un technicien de la structure peut faire cela.")
        if self.panne:
            raise DependencyUnavailableError("case", "answer")


class FakeAttachment:
    """Takes pdf files of at most 5 MB; refuses to destroy what the test tells it to keep."""

    def __init__(self) -> None:
        self.jetes: list[UUID] = []
        self.refus: dict[UUID, HouseError] = {}
        self.relayes: list[bytes] = []
        self.perdus: set[str] = set()
        self.expires = False

    async def store(self, _perimetre: Perimetre, nom: str, contenu: bytes) -> RecuVue:
        if nom in self.perdus:
            raise DependencyUnavailableError("attachment", "answer")
        if not nom.endswith(".pdf"):
            raise RuleError("refusé", fields=(FieldError("fichier", "Ce type de fichier n'est pas accepté", "type"),))
        return un_recu(nom, len(contenu))

    async def relay(self, _perimetre: Perimetre, corps: AsyncIterator[bytes], entetes: Mapping[str, str]) -> RecuVue:
        assert entetes["content-type"].startswith("multipart/form-data")
        self.relayes.append(b"".join([chunk async for chunk in corps]))
        return un_recu()

    async def discard(self, _perimetre: Perimetre, piece_jointe_id: UUID) -> None:
        if piece_jointe_id in self.refus:
            raise self.refus[piece_jointe_id]
        self.jetes.append(piece_jointe_id)

    async def link(self, _perimetre: Perimetre, piece_jointe_id: UUID) -> LienVue:
        if self.expires:
            raise GoneError("Ce document est détruit.")
        return LienVue(url=f"https://fichiers.example/telechargements/{piece_jointe_id}", expire_le=MARDI)


class FakeNotification:
    """Holds notices."""

    def __init__(self) -> None:
        self.avis: list[AvisVue] = []
        self.lus: list[UUID] = []
        self.panne = False

    async def list_avis(self, _perimetre: Perimetre) -> list[AvisVue]:
        if self.panne:
            raise DependencyUnavailableError("notification", "answer")
        return self.avis

    async def mark_read(self, _perimetre: Perimetre, ids: Sequence[UUID]) -> None:
        assert ids  # naming none would mean all of them
        self.lus += ids


OFFRES = ("signaler_difficulte", "demander_rdv_assure", "transmettre_suivre_dossier", "demander_document", "contacter_organisme")


CLOCK = FixedClock(MARDI)


class World:
    """Every fake of one test."""

    def __init__(self) -> None:
        self.clock = CLOCK
        CLOCK.at = MARDI
        self.directory = FakeDirectory(un_compte(), MOT_DE_PASSE)
        self.intake, self.case = FakeIntake(), FakeCase()
        self.attachment, self.notification = FakeAttachment(), FakeNotification()
        self.sessions = MemorySessions("partenaire", PARTENAIRE, self.clock)
        self.programs = MemorySessions("api", PROGRAMME, self.clock)

    @property
    def services(self) -> Services:
        """As the gateway is given them."""
        return Services(
            directory=self.directory, intake=self.intake, case=self.case, attachment=self.attachment, notification=self.notification
        )


def un_doublon(numero: str = NUMERO) -> ConflictError:
    """BU-5 as intake tells it."""
    sorties = ["ecrire_dans_la_demande_ouverte", "suivi_demande_assure", "confirmer_autre_demarche"]
    return ToldConflictError(Problem(status=409, code="doublon", title="doublon", donnees={"numero": numero, "sorties": sorties}))
