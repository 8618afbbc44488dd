"""The service on the real stores with a clock that a test moves; one invented caisse and two structures per test."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx2
from fastapi import FastAPI
from sqlalchemy import func, select

from services.attachment.consumers.facts import AttachmentFacts
from services.attachment.domain.piece_jointe import PieceJointe
from services.attachment.main import SERVICE, include_routes
from services.attachment.operations.destroy_piece_jointe import Destruction
from services.attachment.operations.scan_piece_jointe import Analyse
from services.attachment.ports.antivirus import Antivirus
from services.attachment.ports.clamd_antivirus import ClamdAntivirus
from services.attachment.settings import Settings
from services.attachment.store.pieces_jointes import get_piece_jointe
from services.attachment.store.tables import PieceJointeRow
from shared.contracts.evenements import Enveloppe, event_subject
from shared.contracts.http.attachment import RecuVue
from shared.contracts.perimetre import Perimetre, Role, systeme
from shared.kernel.clock import FixedClock
from shared.kernel.identifiers import CaisseCode, CompteId, NumeroDemande, PieceJointeId, StructureId, new_id
from shared.plumbing.database import Database
from shared.plumbing.identity import TokenVerifier
from shared.plumbing.problems import install_problems
from shared.plumbing.tables import audit, outbox
from tests.corpus.pdfs import pdf_by_hand
from tests.integration.support import Fronts, RunningStack

BASE = "https://attachment.exemple.fr"
QUINZE_JOURS = timedelta(days=15)


@dataclass(frozen=True)
class Recu:
    """An upload that was accepted."""

    id: PieceJointeId
    vue: RecuVue


class Atelier:
    """People of one invented caisse, the routes they call, and the steps the engine would order."""

    def __init__(self, settings: Settings, stack: RunningStack) -> None:
        self.settings, self.clock = settings, FixedClock(datetime(2026, 3, 3, 9, 0, tzinfo=UTC))
        self.database = Database(str(settings.database_url.get_secret_value()), pool_size=4, service="test")
        self.caisse = CaisseCode(f"{secrets.randbelow(1000):03d}")
        self.numero = NumeroDemande(f"26{self.caisse}{secrets.randbelow(100_000):05d}")
        self.structure, self.autre_structure = StructureId(new_id()), StructureId(new_id())
        self._fronts = Fronts(stack.secrets, self.clock)
        self.client = self._build_client(settings)
        self.facts = AttachmentFacts(self.database)
        self._avant: dict[str, set[str]] = {}
        self._recorded = 0

    async def begin(self) -> "Atelier":
        """Remember what earlier tests left in this caisse."""
        self._avant, self._recorded = await self.objects(), await self.count()
        return self

    def _build_client(self, settings: Settings) -> httpx2.AsyncClient:
        app = FastAPI()
        install_problems(app)
        app.state.verifier = TokenVerifier(settings.token_public_keys.get_secret_value(), SERVICE, self.clock)
        include_routes(app, settings, self.database, self.clock)
        return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app, raise_app_exceptions=False), base_url=BASE)

    async def close(self) -> None:
        await self.client.aclose()
        await self.database.close()

    @property
    def systeme(self) -> Perimetre:
        return systeme(self.caisse)

    def partenaire(self, structure: StructureId | None = None, compte: CompteId | None = None) -> Perimetre:
        return Perimetre(
            caisse_code=self.caisse,
            role=Role.TECHNICIEN,
            compte_id=compte or CompteId(new_id()),
            structure_id=structure or self.structure,
        )

    def agent(self, role: Role = Role.AGENT, compte: CompteId | None = None) -> Perimetre:
        return Perimetre(caisse_code=self.caisse, role=role, compte_id=compte or CompteId(new_id()))

    def headers(self, person: Perimetre) -> dict[str, str]:
        return self._fronts.bearer(person, SERVICE)

    async def upload(self, person: Perimetre, contenu: bytes, nom: str = "justificatif.pdf") -> httpx2.Response:
        return await self.client.post(
            "/v1/pieces-jointes", headers=self.headers(person), files={"fichier": (nom, contenu, "application/x-faux")}
        )

    async def sent(self, person: Perimetre, contenu: bytes | None = None, nom: str = "justificatif.pdf") -> Recu:
        """Upload a file that must be accepted."""
        response = await self.upload(person, pdf_by_hand() if contenu is None else contenu, nom)
        assert response.status_code == 201, response.text
        vue = RecuVue.model_validate_json(response.content)
        return Recu(PieceJointeId(vue.id), vue)

    def analyse(self, antivirus: Antivirus | None = None, **champs: object) -> Analyse:
        return Analyse(
            database=self.database,
            antivirus=antivirus or ClamdAntivirus(self.settings.clamd_socket, profile="eicar-only", clock=self.clock),
            keys=self.settings.key_ring(),
            buckets=champs.get("buckets", self.settings.scan_buckets()),  # type: ignore[arg-type]  # a ScanBuckets of the test
            clock=self.clock,
        )

    def destruction(self) -> Destruction:
        return Destruction(database=self.database, buckets=self.settings.purge_buckets(), clock=self.clock)

    async def judged(self, recu: Recu) -> PieceJointe:
        """The file after its verdict by the real antivirus."""
        await self.analyse().scan(recu.id, self.numero, perimetre=self.systeme)
        return await self.piece(recu.id)

    async def published(self, *, contenu: bytes | None = None, echeance: datetime | None = None) -> Recu:
        """A file of the caisse, judged clean, that the structure may download."""
        recu = await self.sent(self.agent(), contenu)
        await self.judged(recu)
        await self.facts.publish_piece(self.mise_a_disposition(recu.id, echeance or self.clock.at + QUINZE_JOURS))
        return recu

    def mise_a_disposition(self, piece_jointe_id: PieceJointeId, echeance: datetime) -> Enveloppe:
        return self.fact(
            "piece_jointe",
            "mise_a_disposition",
            piece_jointe_id=str(piece_jointe_id),
            numero=self.numero,
            survenue_le=self.clock.at.isoformat(),
            echeance_telechargement=echeance.isoformat(),
            demandeur_id=str(new_id()),
        )

    def deposee(self, *ids: UUID) -> Enveloppe:
        return self.fact(
            "demande",
            "deposee",
            numero=self.numero,
            demandeur_id=str(new_id()),
            deposee_le=self.clock.at.isoformat(),
            piece_jointe_ids=[str(i) for i in ids],
        )

    def fact(self, aggregate: str, fait: str, **data: object) -> Enveloppe:
        commun: Mapping[str, object] = {"caisse_code": self.caisse, "structure_id": str(self.structure)}
        return Enveloppe(
            id=str(new_id()),
            source="/services/test",
            type=event_subject(aggregate, fait),
            subject=self.numero,
            time=self.clock.at,
            data={**commun, **data},
        )

    async def piece(self, piece_jointe_id: PieceJointeId) -> PieceJointe:
        async with self.database.transaction(self.systeme) as session:
            return await get_piece_jointe(session, piece_jointe_id, self.systeme)

    async def told(self, piece_jointe_id: PieceJointeId) -> list[str]:
        """The facts told about the file, in order."""
        async with self.database.technical_transaction() as session:
            sujets = await session.execute(
                select(outbox.c.subject).where(outbox.c.enveloppe["subject"].astext == str(piece_jointe_id)).order_by(outbox.c.id)
            )
            return [sujet.split(".")[2] for sujet in sujets.scalars()]

    async def journal(self, objet_id: UUID) -> list[tuple[str, str]]:
        """The acts and results of the journal on this object, in order."""
        async with self.database.technical_transaction() as session:
            lignes = await session.execute(
                select(audit.c.acte, audit.c.resultat).where(audit.c.objet_id == str(objet_id)).order_by(audit.c.id)
            )
            return [(ligne.acte, ligne.resultat) for ligne in lignes]

    async def link(self, person: Perimetre, piece_jointe_id: PieceJointeId) -> httpx2.Response:
        return await self.client.post("/v1/telechargements", headers=self.headers(person), json={"piece_jointe_id": str(piece_jointe_id)})

    async def download(self, person: Perimetre, piece_jointe_id: PieceJointeId) -> httpx2.Response:
        """Ask for a link and follow it: the answer of the first that refuses."""
        response = await self.link(person, piece_jointe_id)
        if response.status_code != 201:
            return response
        chemin = response.json()["url"].removeprefix(self.settings.public_url)
        return await self.client.get(chemin)

    async def objects(self) -> dict[str, set[str]]:
        """The keys of this caisse in both buckets, without those that earlier tests left there."""
        buckets = self.settings.purge_buckets()
        return {
            nom: {stored.key async for stored in bucket.walk() if stored.key.startswith(f"{self.caisse}/")} - self._avant.get(nom, set())
            for nom, bucket in (("quarantine", buckets.quarantine), ("clean", buckets.clean))
        }

    async def count(self) -> int:
        """The files recorded since the test began."""
        async with self.database.transaction(self.systeme) as session:
            statement = select(func.count()).select_from(PieceJointeRow).where(PieceJointeRow.caisse_code == self.caisse)
            return int((await session.execute(statement)).scalar_one()) - self._recorded
