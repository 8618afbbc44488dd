"""A desk on the real PostgreSQL whose whole day is rolled back: nothing of it is seen by the running stack."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from joserfc.jwk import OKPKey
from sqlalchemy import select, text

from services.case.operations.open_demande import open_demande
from services.case.operations.tools import Tools
from services.case.ports.ameli import PersonneAmeli
from services.directory.operations.compile_referentiel import compile_referentiel
from services.directory.operations.read_catalogue import read_catalogue
from shared.contracts.depots import ConsentementMas, Depot, PersonneConcernee, PieceDeposee
from shared.contracts.http.attachment import ContenuRecu
from shared.contracts.http.case import PieceMessage
from shared.contracts.perimetre import Perimetre, Role, systeme
from shared.contracts.reference import Habilitation, StructureRef
from shared.kernel.clock import FixedClock
from shared.kernel.identifiers import CaisseCode, CompteId, NumeroDemande, StructureId
from shared.plumbing.database import AsyncSession, Database
from shared.plumbing.reference import Copie, ReferenceReader, store_copies
from shared.plumbing.signatures import StatementSigner, StatementVerifier
from shared.plumbing.tables import outbox
from tests.integration.support import RunningStack

CAISSE = CaisseCode("999")
DEBUT = datetime(2026, 5, 13, 9, 0, tzinfo=UTC)  # a Wednesday, 11:00 in Paris
HABILITEE, SANS_HABILITATION, AVENANT = StructureId(uuid4()), StructureId(uuid4()), StructureId(uuid4())
_KEY = OKPKey.generate_key("Ed25519")
_SIGNER = StatementSigner(json.dumps(_KEY.as_dict(private=True)))


class _RollBackError(Exception):
    pass


class FakeAmeli:
    """Says what the test wants."""

    def __init__(self) -> None:
        self.compte: bool | None = None

    async def has_compte(self, personne: PersonneAmeli) -> bool | None:
        """The same for everybody."""
        return self.compte


class OneTransaction(Database):
    """For operations that open their own: the desk's one transaction, in the perimetre they ask for."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    @asynccontextmanager
    async def transaction(self, perimetre: Perimetre) -> AsyncIterator[AsyncSession]:
        await set_scope(self._session, perimetre)
        yield self._session


async def set_scope(session: AsyncSession, perimetre: Perimetre) -> None:
    """What `Database.transaction` does at its start."""
    structure = "" if perimetre.structure_id is None else str(perimetre.structure_id)
    await session.execute(
        text("SELECT set_config('app.caisse', :c, true), set_config('app.structure', :s, true), set_config('app.role', :r, true)"),
        {"c": perimetre.caisse_code, "s": structure, "r": perimetre.role.value},
    )


class Desk:
    """One day of a caisse: a session, a clock, the people."""

    def __init__(self, session: AsyncSession) -> None:
        self.session, self.clock, self.ameli = session, FixedClock(DEBUT), FakeAmeli()
        self.tools = Tools(
            clock=self.clock,
            reference=ReferenceReader(),
            receipts=StatementVerifier(json.dumps(_KEY.as_dict(private=False))),
            ameli=self.ameli,
            demonstration=True,
        )
        self.agent, self.autre_agent = self._caisse(Role.AGENT, "EXEMPLE Anne"), self._caisse(Role.AGENT, "MODELE Paul")
        self.superviseur = self._caisse(Role.SUPERVISEUR, "SUPERVISEUR Sasha")
        self.conseiller = self._caisse(Role.CONSEILLER_MAS, "MAS Morgan")
        self.superviseur = self._caisse(Role.SUPERVISEUR, "VIGIE Dominique")
        self.partenaire = self._partenaire(HABILITEE)
        self.etranger = self._partenaire(SANS_HABILITATION)
        self._rang = 0

    def _caisse(self, role: Role, nom: str) -> Perimetre:
        return Perimetre(caisse_code=CAISSE, role=role, compte_id=CompteId(uuid4()), nom=nom)

    def _partenaire(self, structure: StructureId) -> Perimetre:
        return Perimetre(
            caisse_code=CAISSE, role=Role.TECHNICIEN, compte_id=CompteId(uuid4()), structure_id=structure, nom="FICTIF Camille"
        )

    async def as_(self, perimetre: Perimetre) -> Perimetre:
        """Look from there from now on."""
        await set_scope(self.session, perimetre)
        return perimetre

    async def file(
        self,
        *,
        offre: str = "signaler_difficulte",
        motif: str = "dossiers_complexes",
        structure: StructureId = HABILITEE,
        pieces: int = 0,
        deja_recue: PieceMessage | None = None,
        precisions: dict[str, str | bool | list[str]] | None = None,
    ) -> NumeroDemande:
        """A demande filed now, and opened. `deja_recue`: one more file, by a receipt that may have served."""
        self._rang += 1
        numero = NumeroDemande(f"26999{self._rang:05d}")
        now = self.clock.now()
        consentement = ConsentementMas(
            donne_par="assure", recueilli_par=str(self.partenaire.acteur_id), recueilli_le=now, declare_le=now, version_texte=1
        )
        depot = Depot(
            numero=numero,
            caisse_code=CAISSE,
            structure_id=str(structure),
            demandeur_id=str(self.partenaire.acteur_id),
            demandeur_nom="FICTIF Camille",
            deposee_le=now,
            offre=offre,
            motif=motif,
            referentiel_version=1,
            personne=PersonneConcernee(
                civilite="madame",
                nom="D'Agostino",
                prenom="Jeanne",
                date_naissance="01/02/1950",
                lieu_naissance="83",
                telephone="+33700000000",
            ),
            commentaire="Situation à étudier.",
            precisions=precisions or {},
            consentement=consentement if motif == "saisine_mas" else None,
            pieces=[
                PieceDeposee(id=str(piece_id), nom=f"piece{rang}.pdf", taille_octets=1000, sha256="0" * 64, type="courrier_caisse")
                for rang, piece_id in enumerate([uuid4() for _ in range(pieces)] + ([self.id_of(deja_recue)] if deja_recue else []))
            ],
        )
        await self.as_(systeme(CAISSE))
        await open_demande(self.session, depot, tools=self.tools)
        return numero

    def receipt(self, perimetre: Perimetre, **changes: object) -> PieceMessage:
        """An upload as attachment would sign it."""
        contenu = ContenuRecu(
            id=uuid4(),
            nom="reponse.pdf",
            taille_octets=2000,
            sha256="1" * 64,
            format="pdf",
            structure=perimetre.structure_id,
            caisse=perimetre.caisse_code,
            compte=perimetre.acteur_id,
        ).model_copy(update=changes)
        recu = _SIGNER.sign(contenu, now=self.clock.now(), life=timedelta(days=30))
        return PieceMessage(recu=recu, type="autre", justification="Document demandé par la caisse.")

    def id_of(self, jointe: PieceMessage) -> UUID:
        """The file behind a receipt."""
        return self.tools.receipts.read(jointe.recu, ContenuRecu, now=self.clock.now()).id

    async def facts(self) -> list[tuple[str, dict[str, object]]]:
        """What the outbox holds since the desk opened, in order: subject and data."""
        rows = await self.session.execute(select(outbox.c.subject, outbox.c.enveloppe).order_by(outbox.c.id))
        return [(row.subject.split(".")[2], row.enveloppe["data"]) for row in rows if row.enveloppe["data"]["caisse_code"] == CAISSE]


@pytest.fixture
async def desk(stack: RunningStack) -> AsyncIterator[Desk]:
    """A desk with its reference data; rolled back at the end."""
    database = Database(stack.database_url("case"), pool_size=1, service="tests")
    with suppress(_RollBackError):
        async with database.transaction(systeme(CAISSE)) as session:
            await _give_reference_data(session)
            yield Desk(session)
            raise _RollBackError
    await database.close()


async def _give_reference_data(session: AsyncSession) -> None:
    referentiel = compile_referentiel(read_catalogue(), CaisseCode("831"), version=1, en_vigueur_le=datetime(2026, 1, 1, tzinfo=UTC))
    copies = [Copie("referentiel", CAISSE, 1, referentiel.en_vigueur_le, referentiel.model_copy(update={"caisse_code": CAISSE}))]
    held = {HABILITEE: ["demander_document"], SANS_HABILITATION: [], AVENANT: ["attestation_directe"]}
    for version, (structure_id, codes) in enumerate(held.items(), start=1):
        structure = StructureRef(
            structure_id=UUID(str(structure_id)),
            caisse_code=CAISSE,
            nom=f"Structure d'essai {version}",
            type_structure="ccas",
            convention_statut="active",
            avenant_en_vigueur=structure_id == AVENANT,
            habilitations=[Habilitation(code=code, accordee_le=referentiel.en_vigueur_le) for code in codes],
            version=version,
        )
        copies.append(Copie("structures", f"{CAISSE}/{structure_id}", version, None, structure))
    await store_copies(session, copies)
