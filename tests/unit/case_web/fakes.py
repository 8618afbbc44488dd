"""A desk in memory, neighbours that answer at once, and somebody signed in: what the pages of agents are tested with."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID, uuid5

import httpx2
from fastapi import FastAPI
from joserfc.jwk import OKPKey

from services.case.domain.charge import CompteCharge
from services.case.domain.vue import Vue
from services.case.operations.list_file import FiltresFile
from services.case.ports.voisins import Voisins
from services.case.web.bureau import Choix, ChoixFile, Verifications
from services.case.web.context import ROLES, Web
from services.case.web.mount import build_agents, build_pages
from shared.contracts.depots import PersonneConcernee
from shared.contracts.http.case import (
    BrouillonMessage,
    ConsentementVue,
    DossierVue,
    Horloge,
    Journal,
    LigneFile,
    MessageAgentRequest,
    MessageVue,
    PageFile,
    PieceVue,
    SaisineVue,
)
from shared.contracts.http.directory import ConnexionResult, PerimetreOffert
from shared.contracts.perimetre import Perimetre, Role
from shared.kernel.clock import Clock, FixedClock
from shared.kernel.errors import ConflictError, HouseError, NotFoundError
from shared.kernel.identifiers import CompteId, NumeroDemande
from shared.plumbing.identity import TokenSigner
from shared.webkit.door import Door
from shared.webkit.identite import Identite
from shared.webkit.sessions import AGENT, csrf_of
from shared.webkit.sign_in import SignIn
from tests.unit.webkit.door import RATE_SIGN_IN
from tests.unit.webkit.fakes import FakeDirectory, MemorySessions

MARDI = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
NUMERO = NumeroDemande("2683100012")
ORIGIN = "https://agents.exemple.fr"
MOT_DE_PASSE = "Demo-Partenaires-2026"
_NS = UUID(int=831)


_APPS: list[FastAPI] = []
_PAGES = build_pages(demo=True, clock=FixedClock(MARDI))  # templates are compiled once for all tests


def un_id(nom: str) -> UUID:
    return uuid5(_NS, nom)


def un_agent(*roles: Role, caisses: Sequence[str] = ("831",)) -> ConnexionResult:
    """Alix AGENT, who works in these caisses with these roles."""
    places = [
        PerimetreOffert(caisse_code=caisse, caisse_libelle=f"CPAM {caisse}", role=role)
        for caisse in caisses
        for role in roles or (Role.AGENT,)
    ]
    return ConnexionResult(compte_id=un_id("alix"), nom="Agent", prenom="Alix", courriel="alix.agent@exemple.fr", perimetres=places)


def une_horloge(minutes: int = 360, *, suspendue: bool = False, cle: Literal["prise_en_charge", "resolution"] = "resolution") -> Horloge:
    due = MARDI + timedelta(minutes=minutes)
    return Horloge(cle=cle, echeance_brute=due, echeance_nette=due, reste_minutes=minutes, suspendue=suspendue, depassee=minutes < 0)


def une_ligne(**changes: object) -> LigneFile:
    base = LigneFile(
        numero=NUMERO,
        version=3,
        offre_libelle="Transmettre et / ou suivre un dossier",
        motif_libelle="Étude de C2S",
        personne="Madame FICTIVE Jeanne",
        structure_nom="CCAS d'Exempleville",
        deposee_le=MARDI - timedelta(days=1),
        derniere_activite_le=MARDI - timedelta(hours=3),
        statut="NOUVEAU",
        sous_etat="nouveau",
        horloge=une_horloge(cle="prise_en_charge"),
        nb_pieces=2,
    )
    return base.model_copy(update=changes)


def un_message(**changes: object) -> MessageVue:
    base = MessageVue(
        id=un_id("depot"),
        cote="fo",
        auteur="EXEMPLE Anne",
        genre="depot",
        texte="Bonjour,\nla personne n'arrive plus à joindre l'organisme.",
        envoye_le=MARDI - timedelta(days=1),
    )
    return base.model_copy(update=changes)


def une_piece(**changes: object) -> PieceVue:
    base = PieceVue(
        id=un_id("piece"), nom="avis-imposition.pdf", taille_octets=120_000, sens="envoyee", etat="saine", type_libelle="Avis d'imposition"
    )
    return base.model_copy(update=changes)


def un_dossier(**changes: object) -> DossierVue:
    piece = une_piece()
    base = DossierVue(
        numero=NUMERO,
        version=3,
        offre="transmettre_suivre_dossier",
        offre_libelle="Transmettre et / ou suivre un dossier",
        motif="dossier_c2s",
        motif_libelle="Étude de C2S",
        deposee_le=MARDI - timedelta(days=1),
        demandeur_nom="EXEMPLE Anne",
        statut="PRIS_EN_CHARGE",
        statut_modifie_le=MARDI,
        complement_demande=False,
        peut_repondre=True,
        suivie=False,
        personne=PersonneConcernee(
            civilite="madame",
            nom="FICTIVE",
            prenom="Jeanne",
            date_naissance="00/00/1960",
            lieu_naissance="83 - Var",
            telephone="+33700000000",
        ),
        commentaire="",
        messages=[un_message(pieces=[piece])],
        pieces=[piece],
        sous_etat="en_cours",
        agent_nom="AGENT Alix",
        agent_id=un_id("alix"),
        structure_nom="CCAS d'Exempleville",
        structure_type="CCAS",
        structure_habilitations=["recevoir_pj_sortantes"],
        convention_statut="active",
        peut_recevoir_pieces=True,
        priorite=2,
        urgente=False,
        file_attente="generale",
        horloges=[une_horloge()],
        doublons_ouverts=1,
        pieces_attendues=["Avis d'imposition", "Pièce d'identité"],
        journal=[Journal(survenu_le=MARDI, acteur="AGENT Alix", acte="Prise en charge")],
    )
    return base.model_copy(update=changes)


def un_collegue(cle: str, nom: str, *files: str) -> CompteCharge:
    return CompteCharge(agent_id=un_id(cle), nom=nom, ouvertes=4, en_attente=1, en_retard=1, files=frozenset(files))


def une_saisine(**changes: object) -> SaisineVue:
    return SaisineVue(ouverte=True, premier_contact_avant=MARDI + timedelta(days=1)).model_copy(update=changes)


def un_consentement() -> ConsentementVue:
    return ConsentementVue(
        mode="oral",
        donne_par="assure",
        recueilli_par_nom="EXEMPLE Anne",
        recueilli_le=MARDI,
        declare_le=MARDI,
        version_texte=1,
        texte="J'atteste avoir recueilli le consentement de la personne, à l'oral.",
    )


def une_attestation(**changes: str) -> dict[str, str]:
    base = {
        "etat": "ouverte",
        "issue": "DEPOT_COMPTE_AMELI",
        "ligne": "3",
        "compte": "OA",
        "habilitation": "av",
        "procuration": "ok",
        "compte_declare": "accessible",
        "motif_inaccessibilite": "",
        "qualite": "sans_mandat",
        "date_signature_procuration": "02/03/2026",
        "inviter_avenant": "non",
    }
    return {**base, **changes}


@dataclass
class FakeBureau:
    """Answers from memory; `refus` is raised by the next act."""

    dossiers: dict[str, DossierVue] = field(default_factory=lambda: {NUMERO: un_dossier()})
    lignes: list[LigneFile] = field(default_factory=lambda: [une_ligne()])
    presents: list[str] = field(default_factory=list)
    acts: list[tuple[object, ...]] = field(default_factory=list)
    refus: HouseError | None = None
    agents: list[CompteCharge] = field(default_factory=lambda: [un_collegue("andrea", "AGENT Andréa", "generale")])
    suivante: NumeroDemande | None = NUMERO
    brouillons: dict[tuple[CompteId, NumeroDemande], BrouillonMessage] = field(default_factory=dict)
    demandes: list[FiltresFile] = field(default_factory=list)
    trouvees: int = 0  # by a search, when there are more than `lignes`

    async def choices(self, agent: Perimetre) -> ChoixFile:
        offre = Choix("transmettre_suivre_dossier", "Transmettre et / ou suivre un dossier")
        motifs = (Choix("transmettre_suivre_dossier/dossier_c2s", "Étude de C2S"), Choix("transmettre_suivre_dossier/dossier_ame", "AME"))
        rdv = Choix("demander_rdv_assure", "Demander un rendez-vous pour la personne")
        mas = Choix("signaler_difficulte/saisine_mas", "Saisine MAS")
        groupes = ((offre.libelle, motifs), (rdv.libelle, (Choix("demander_rdv_assure/rdv_ame", "AME"),)), ("Signaler", (mas,)))
        hidden = frozenset[str]() if agent.role in {Role.CONSEILLER_MAS, Role.SUPERVISEUR} else frozenset({mas.valeur})
        return ChoixFile(offres=(offre, rdv), motifs=groupes, autres_files=hidden, formats=("pdf", "png"))

    async def list_file(self, agent: Perimetre, filtres: FiltresFile) -> PageFile:
        self.demandes.append(filtres)
        return PageFile(
            vue=filtres.vue,
            lignes=self.lignes,
            total=len(self.lignes),
            page=filtres.page,
            taille=filtres.taille,
            compteurs={vue.value: len(self.lignes) for vue in Vue},
        )

    async def search(self, agent: Perimetre, texte: str, page: int) -> PageFile:
        self.acts.append(("search", texte))
        total = self.trouvees or len(self.lignes)
        return PageFile(vue="toutes", lignes=self.lignes, total=total, page=page, taille=25, compteurs={})

    async def read(self, agent: Perimetre, numero: NumeroDemande) -> DossierVue:
        if numero not in self.dossiers:
            raise NotFoundError("Cette demande est introuvable.")
        return self.dossiers[numero]

    async def open_piece(self, agent: Perimetre, numero: NumeroDemande, piece_id: UUID) -> None:
        if piece_id not in {piece.id for piece in (await self.read(agent, numero)).pieces}:
            raise NotFoundError("Cette pièce n'est pas dans cette demande.")
        self._do("open_piece", piece_id)

    async def watch(self, agent: Perimetre, numero: NumeroDemande) -> tuple[str, list[str]]:
        return str((await self.read(agent, numero)).version), self.presents

    async def take(self, agent: Perimetre, numero: NumeroDemande) -> None:
        self._do("take", numero)

    async def take_next(self, agent: Perimetre) -> NumeroDemande | None:
        self._do("take_next")
        return self.suivante

    async def charges(self, agent: Perimetre) -> list[CompteCharge]:
        return self.agents

    async def assign(self, agent: Perimetre, numero: NumeroDemande, a_qui: CompteCharge) -> None:
        self._do("assign", a_qui.nom)

    async def send(self, agent: Perimetre, numero: NumeroDemande, message: MessageAgentRequest) -> None:
        if message.version != self.dossiers[numero].version:
            raise ConflictError("Un nouveau message est arrivé depuis l'affichage de la page : relisez l'échange avant d'envoyer.")
        self._do("send", message)

    async def note(self, agent: Perimetre, numero: NumeroDemande, texte: str) -> None:
        self._do("note", texte)

    async def read_brouillon(self, agent: Perimetre, numero: NumeroDemande) -> BrouillonMessage:
        return self.brouillons.get((agent.acteur_id, numero), BrouillonMessage())

    async def save_brouillon(self, agent: Perimetre, numero: NumeroDemande, brouillon: BrouillonMessage) -> None:
        if self.refus is not None:
            raise self.refus
        self.brouillons[agent.acteur_id, numero] = brouillon

    async def reopen(self, agent: Perimetre, numero: NumeroDemande) -> None:
        self._do("reopen", numero)

    async def requalify(self, agent: Perimetre, numero: NumeroDemande, offre: str, motif: str, personne: PersonneConcernee | None) -> None:
        self._do("requalify", offre, motif, personne)

    async def redact(self, agent: Perimetre, numero: NumeroDemande, message_id: UUID) -> None:
        self._do("redact", message_id)

    async def note_tentative(self, agent: Perimetre, numero: NumeroDemande, canal: str, issue: str) -> None:
        self._do("note_tentative", canal, issue)

    async def close_saisine(self, agent: Perimetre, numero: NumeroDemande, issue: str) -> None:
        self._do("close_saisine", issue)

    async def withdraw_consentement(self, agent: Perimetre, numero: NumeroDemande) -> None:
        self._do("withdraw_consentement", numero)

    async def set_compte(self, agent: Perimetre, numero: NumeroDemande, compte: str) -> None:
        self._do("set_compte", compte)

    async def check_attestation(self, agent: Perimetre, numero: NumeroDemande, verifications: Verifications) -> None:
        self._do("check_attestation", verifications)

    async def answer_attestation(self, agent: Perimetre, numero: NumeroDemande) -> None:
        self._do("answer_attestation", numero)

    def _do(self, *what: object) -> None:
        if self.refus is not None:
            raise self.refus
        self.acts.append(what)


@dataclass
class FakeVoisins:
    """What the neighbours answer, by service; every request is kept."""

    answers: dict[str, httpx2.Response] = field(default_factory=dict)
    asked: list[httpx2.Request] = field(default_factory=list)

    def build(self, clock: Clock) -> Voisins:
        key = OKPKey.generate_key("Ed25519", {"kid": "case"}, private=True)
        signer = TokenSigner(json.dumps(key.as_dict(private=True)), clock)
        return Voisins({name: self._client(name) for name in ("directory", "attachment", "notification")}, signer)

    def _client(self, name: str) -> httpx2.AsyncClient:
        async def answer(request: httpx2.Request) -> httpx2.Response:
            await request.aread()
            self.asked.append(request)
            return self.answers.get(name, httpx2.Response(503))

        return httpx2.AsyncClient(base_url=f"http://{name}", transport=httpx2.MockTransport(answer))


@dataclass
class Poste:
    """The application with its fakes."""

    bureau: FakeBureau
    voisins: FakeVoisins
    directory: FakeDirectory
    sessions: MemorySessions
    app: FastAPI
    clock: FixedClock

    async def sign_in(self, role: Role = Role.AGENT) -> str:
        """The cookie of somebody of this role, in one caisse."""
        identite = Identite.of(un_agent(role), ROLES)
        return await self.sessions.open(CompteId(identite.compte_id), identite.model_dump(mode="json"))

    @staticmethod
    def csrf(token: str) -> str:
        """What a form of this session carries."""
        return csrf_of(token)

    def client(self, token: str = "") -> httpx2.AsyncClient:
        """A browser of this origin."""
        headers: Mapping[str, str] = {"sec-fetch-site": "same-origin"}
        cookies = {self.sessions.cookie: token} if token else {}
        return httpx2.AsyncClient(transport=httpx2.ASGITransport(self.app), base_url=ORIGIN, headers=headers, cookies=cookies)


def un_poste(bureau: FakeBureau | None = None, voisins: FakeVoisins | None = None) -> Poste:
    clock = FixedClock(MARDI)
    desk, neighbours, directory = bureau or FakeBureau(), voisins or FakeVoisins(), FakeDirectory(un_agent(), MOT_DE_PASSE)
    sessions = MemorySessions("agent", AGENT, clock, same_site="strict")
    door = Door(pages=_PAGES, sessions=sessions, sign_in=SignIn(directory.sign_in, roles=ROLES, rate=RATE_SIGN_IN), clock=clock)
    web = Web(bureau=desk, voisins=neighbours.build(clock), pages=_PAGES)
    return Poste(desk, neighbours, directory, sessions, _app_of(web, door), clock)


def _app_of(web: Web, door: Door) -> FastAPI:
    """One application for all tests, each with its own composition: building its routes is what costs."""
    if not _APPS:
        _APPS.append(build_agents(web, door, origins=frozenset({ORIGIN})))
    _APPS[0].state.web, _APPS[0].state.door = web, door
    return _APPS[0]


__all__ = ["FakeBureau", "FakeVoisins", "Poste", "replace", "un_dossier", "un_poste", "une_ligne"]
