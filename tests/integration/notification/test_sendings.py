"""Facts told once each, over the real database; e-mails through a relay that fails and comes back."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from string import ascii_uppercase, digits
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from services.notification.consumers.facts import Teller
from services.notification.domain.avis import Avis
from services.notification.domain.envoi import LEASE
from services.notification.domain.textes import Adresses
from services.notification.operations.read_avis import list_avis, mark_read
from services.notification.operations.send_due import list_caisses, send_due
from services.notification.ports.memory_courrier import MemoryCourrier
from services.notification.store.envois import claim_due
from shared.contracts.evenements import Enveloppe, event_subject
from shared.contracts.perimetre import Perimetre, Role, systeme
from shared.contracts.questions import Destinataire, DestinatairesAsked
from shared.kernel.clock import FixedClock
from shared.kernel.errors import DependencyError
from shared.kernel.identifiers import CaisseCode, CompteId, StructureId, new_id
from shared.plumbing.database import Database
from tests.integration.support import RunningStack, wait_for

# A year the running process does not reach: it leaves the sendings of these tests to them.
APRES = datetime(2035, 3, 6, 9, tzinfo=UTC)
ADRESSES = Adresses("https://partenaires.exemple.fr", "https://agents.exemple.fr")


class Monde:
    """One demande of an invented caisse, and everything a test needs to tell facts about it."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock, self.courrier = database, FixedClock(APRES), MemoryCourrier()
        # Letters, as no real caisse has: what earlier runs left waiting is never met again.
        self.caisse = CaisseCode("".join(secrets.choice(ascii_uppercase + digits) for _ in range(3)))
        self.numero = f"35{self.caisse}{secrets.randbelow(100_000):05d}"
        self.structure, self.demandeur, self.agent = StructureId(new_id()), CompteId(new_id()), CompteId(new_id())
        self.asked: list[DestinatairesAsked] = []
        self.teller = Teller(database, self._answer, self.clock, lambda: None)

    async def _answer(self, question: DestinatairesAsked) -> Sequence[Destinataire]:
        self.asked.append(question)
        compte_id = question.compte_id or str(self.demandeur)
        return [Destinataire(compte_id=compte_id, courriel=f"compte-{compte_id[-4:]}@exemple.fr")]

    def fact(self, fait: str, aggregate: str = "demande", **data: object) -> Enveloppe:
        base = {
            "numero": self.numero,
            "caisse_code": self.caisse,
            "structure_id": str(self.structure),
            "demandeur_id": str(self.demandeur),
            "deposee_le": APRES.isoformat(),
            "survenue_le": APRES.isoformat(),
        }
        return Enveloppe(
            id=str(new_id()),
            source="/services/case",
            type=event_subject(aggregate, fait),
            subject=self.numero,
            time=self.clock.at,
            data={**base, **data},
        )

    async def send(self) -> int:
        return await send_due(self.database, self.courrier, ADRESSES, perimetre=systeme(self.caisse), clock=self.clock)

    async def tries(self) -> dict[str, int]:
        """How often each address that still waits was tried."""
        async with self.database.transaction(systeme(self.caisse)) as session:
            rows = await session.execute(
                text("SELECT courriel, essais FROM envoi WHERE numero = :n AND etat = 'a_envoyer'"), {"n": self.numero}
            )
            return {row.courriel: row.essais for row in rows}

    async def is_to_visit(self) -> bool:
        async with self.database.technical_transaction() as session:
            return self.caisse in await list_caisses(session, clock=self.clock)

    def partner(self, compte_id: CompteId | None = None, structure: StructureId | None = None) -> Perimetre:
        return Perimetre(
            caisse_code=self.caisse,
            role=Role.TECHNICIEN,
            compte_id=compte_id or self.demandeur,
            structure_id=structure or self.structure,
        )

    def caisse_side(self, role: Role, compte_id: CompteId) -> Perimetre:
        return Perimetre(caisse_code=self.caisse, role=role, compte_id=compte_id)

    async def avis(self, perimetre: Perimetre) -> list[Avis]:
        async with self.database.transaction(perimetre) as session:
            found = await list_avis(session, perimetre=perimetre)
        return [un_avis for un_avis in found if un_avis.numero == self.numero]


@pytest.fixture
async def monde(stack: RunningStack) -> AsyncIterator[Monde]:
    database = Database(stack.database_url("notification"), pool_size=4, service="notification")
    yield Monde(database)
    await database.close()


async def test_a_fact_delivered_twice_is_mailed_once(monde: Monde) -> None:
    fact = monde.fact("resolue")

    await monde.teller.tell_demande(fact)
    await monde.teller.tell_demande(fact)
    await monde.send()
    await monde.send()

    assert [courriel.objet for courriel in monde.courrier.taken] == [f"Demande {monde.numero}\N{NO-BREAK SPACE}: réponse de la caisse"]
    assert len(await monde.avis(monde.partner())) == 1


async def test_a_relay_that_is_down_delays_and_loses_nothing(monde: Monde) -> None:
    await monde.teller.tell_demande(monde.fact("prise_en_charge"))
    monde.courrier.down = True
    with pytest.raises(DependencyError):
        await monde.send()
    assert await monde.send() == 0  # its back-off has not passed

    monde.courrier.down = False
    monde.clock.at += timedelta(minutes=1)
    await monde.send()

    assert len(monde.courrier.taken) == 1


async def test_the_postman_visits_only_caisses_where_something_is_due(monde: Monde) -> None:
    before = await monde.is_to_visit()
    await monde.teller.tell_demande(monde.fact("resolue"))
    planned = await monde.is_to_visit()
    monde.courrier.down = True
    with pytest.raises(DependencyError):
        await monde.send()
    waiting = await monde.is_to_visit()
    monde.courrier.down = False
    monde.clock.at += timedelta(seconds=5)
    due_again = await monde.is_to_visit()
    await monde.send()
    monde.clock.at += LEASE  # of what was sent
    await monde.send()

    assert (before, planned, waiting, due_again) == (False, True, False, True)
    assert not await monde.is_to_visit()


async def test_what_a_process_claimed_before_it_died_is_visited_again(monde: Monde) -> None:
    await monde.teller.tell_demande(monde.fact("resolue"))
    async with monde.database.transaction(systeme(monde.caisse)) as session:
        claimed = await claim_due(session, systeme(monde.caisse), now=monde.clock.at, limit=20)
    claimed_now = await monde.is_to_visit()
    monde.clock.at += LEASE

    assert (len(claimed), claimed_now, await monde.is_to_visit()) == (1, False, True)


async def test_what_is_planned_during_a_visit_is_visited_afterwards(monde: Monde) -> None:
    await monde.teller.tell_demande(monde.fact("prise_en_charge"))
    async with monde.database.transaction(systeme(monde.caisse)) as session:
        await claim_due(session, systeme(monde.caisse), now=monde.clock.at, limit=20)
        planning = asyncio.create_task(monde.teller.tell_demande(monde.fact("resolue")))
        await wait_for(lambda: _waits_for_a_lock(monde))
    await planning

    assert await monde.is_to_visit()


async def _waits_for_a_lock(monde: Monde) -> bool:
    """Whether the planning reached the row that the visit holds."""
    async with monde.database.technical_transaction() as session:
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO caisse%'"
        return bool(await session.scalar(text(waiting)))


async def test_a_sending_nobody_takes_is_given_up_after_three_days(monde: Monde) -> None:
    await monde.teller.tell_demande(monde.fact("resolue"))
    monde.courrier.down = True
    monde.clock.at += timedelta(days=4)
    with pytest.raises(DependencyError):
        await monde.send()

    monde.courrier.down = False
    monde.clock.at += timedelta(days=1)

    assert await monde.send() == 0
    assert monde.courrier.taken == []


async def test_a_refused_mailbox_is_not_tried_again(monde: Monde) -> None:
    await monde.teller.tell_demande(monde.fact("resolue"))
    monde.courrier.refused = {f"compte-{str(monde.demandeur)[-4:]}@exemple.fr"}

    await monde.send()
    monde.clock.at += timedelta(hours=2)

    assert await monde.send() == 0


async def test_a_recipient_to_be_tried_later_delays_nobody_else(monde: Monde) -> None:
    """Greylisting, a full mailbox: its own sending waits, those behind it leave in the same round."""
    greylisted, other = (f"compte-{str(compte)[-4:]}@exemple.fr" for compte in (monde.demandeur, monde.agent))
    await monde.teller.tell_demande(monde.fact("prise_en_charge", agent_id=str(monde.agent)))
    monde.clock.at += timedelta(seconds=1)
    await monde.teller.tell_demande(monde.fact("complement_recu", version=2))
    monde.courrier.postponed = {greylisted}

    await monde.send()

    assert [courriel.a for courriel in monde.courrier.taken] == [other]
    assert await monde.tries() == {greylisted: 1}
    assert not await monde.is_to_visit()

    monde.courrier.postponed = set()
    monde.clock.at += timedelta(seconds=5)
    await monde.send()

    assert [courriel.a for courriel in monde.courrier.taken] == [other, greylisted]


async def test_what_a_relay_that_is_down_never_saw_was_not_tried(monde: Monde) -> None:
    first, second = (f"compte-{str(compte)[-4:]}@exemple.fr" for compte in (monde.demandeur, monde.agent))
    await monde.teller.tell_demande(monde.fact("prise_en_charge", agent_id=str(monde.agent)))
    monde.clock.at += timedelta(seconds=1)
    await monde.teller.tell_demande(monde.fact("complement_recu", version=2))
    monde.courrier.down = True

    with pytest.raises(DependencyError):
        await monde.send()

    assert await monde.tries() == {first: 1, second: 0}
    assert await monde.is_to_visit()  # the one not tried is due at once

    monde.courrier.down = False
    await monde.send()

    assert [courriel.a for courriel in monde.courrier.taken] == [second]


async def test_a_process_that_died_while_sending_is_followed_by_another(monde: Monde) -> None:
    await monde.teller.tell_demande(monde.fact("resolue"))
    async with monde.database.transaction(systeme(monde.caisse)) as session:
        await session.execute(
            text("UPDATE envoi SET prochain_essai_le = :until WHERE numero = :numero"),
            {"until": APRES + LEASE, "numero": monde.numero},
        )
    assert await monde.send() == 0  # somebody holds it

    monde.clock.at += LEASE
    await monde.send()

    assert len(monde.courrier.taken) == 1


async def test_the_agent_known_from_an_earlier_fact_is_told_of_the_answer(monde: Monde) -> None:
    await monde.teller.tell_demande(monde.fact("prise_en_charge", agent_id=str(monde.agent), version=2))
    await monde.teller.tell_demande(monde.fact("complement_recu", version=3))
    await monde.send()

    answer = monde.courrier.taken[-1]
    assert answer.a == f"compte-{str(monde.agent)[-4:]}@exemple.fr"
    assert f"https://agents.exemple.fr/agent/demandes/{monde.numero}" in answer.corps
    assert len(await monde.avis(monde.caisse_side(Role.AGENT, monde.agent))) == 1


async def test_the_agent_a_demande_was_reassigned_to_is_told_of_the_answer(monde: Monde) -> None:
    """A superviseur's assignment says « evoluee » alone."""
    nouvel_agent = str(new_id())
    await monde.teller.tell_demande(monde.fact("prise_en_charge", agent_id=str(monde.agent), version=2))
    await monde.teller.tell_demande(monde.fact("evoluee", agent_id=nouvel_agent, version=3))
    await monde.teller.tell_demande(monde.fact("complement_recu", version=4))
    await monde.send()

    assert monde.courrier.taken[-1].a == f"compte-{nouvel_agent[-4:]}@exemple.fr"


async def test_a_message_of_the_caisse_is_told_and_a_mere_change_is_not(monde: Monde) -> None:
    await monde.teller.tell_demande(monde.fact("evoluee", version=2))
    await monde.teller.tell_demande(monde.fact("evoluee", version=3, message_caisse=True))
    await monde.send()

    assert [courriel.objet for courriel in monde.courrier.taken] == [f"Demande {monde.numero}\N{NO-BREAK SPACE}: message de la caisse"]
    assert len(await monde.avis(monde.partner())) == 1


async def test_an_infected_file_of_the_partner_is_told_to_the_demandeur_and_the_structure(monde: Monde) -> None:
    await monde.teller.tell_demande(monde.fact("deposee"))
    await monde.teller.tell_piece_jointe(monde.fact("infectee", "piece_jointe", piece_jointe_id=str(new_id())))
    await monde.send()

    assert len(monde.courrier.taken) == 2
    assert "un fichier est écarté" in monde.courrier.taken[-1].objet
    assert len(await monde.avis(monde.partner(compte_id=CompteId(new_id())))) == 1  # a colleague sees it


async def test_two_documents_of_one_answer_are_told_once(monde: Monde) -> None:
    expiry = (APRES + timedelta(days=15)).isoformat()
    for _ in range(2):
        fact = monde.fact("mise_a_disposition", "piece_jointe", piece_jointe_id=str(new_id()), echeance_telechargement=expiry)
        await monde.teller.tell_piece_jointe(fact)
    await monde.send()

    assert len(monde.courrier.taken) == 1
    assert len(await monde.avis(monde.partner())) == 1


async def test_a_passed_delay_is_shown_to_superviseurs_only(monde: Monde) -> None:
    await monde.teller.tell_demande(monde.fact("echeance_depassee", cle="resolution:100"))

    assert len(await monde.avis(monde.caisse_side(Role.SUPERVISEUR, CompteId(new_id())))) == 1
    assert await monde.avis(monde.caisse_side(Role.CONSEILLER_MAS, CompteId(new_id()))) == []
    assert await monde.avis(monde.partner()) == []


async def test_rg14_a_notice_of_one_structure_is_never_read_by_another(monde: Monde) -> None:
    """RG-14, and twice: the query, then row-level security."""
    await monde.teller.tell_demande(monde.fact("resolue"))
    stranger = monde.partner(compte_id=CompteId(new_id()), structure=StructureId(new_id()))

    assert await monde.avis(stranger) == []
    async with monde.database.transaction(stranger) as session:
        assert await session.scalar(text("SELECT count(*) FROM avis WHERE numero = :n"), {"n": monde.numero}) == 0


async def test_ux_a16_a_notice_is_read_by_the_one_who_displayed_it(monde: Monde) -> None:
    """UX-A16: a colleague still has it to read."""
    await monde.teller.tell_demande(monde.fact("resolue"))
    me, colleague = monde.partner(), monde.partner(compte_id=CompteId(new_id()))

    async with monde.database.transaction(me) as session:
        await mark_read(session, [], perimetre=me, clock=monde.clock)

    assert [un_avis.lu for un_avis in await monde.avis(me)] == [True]
    assert [un_avis.lu for un_avis in await monde.avis(colleague)] == [False]


async def test_the_address_is_erased_when_the_sending_ends(monde: Monde, stack: RunningStack) -> None:
    await monde.teller.tell_demande(monde.fact("resolue"))
    await monde.send()

    async with monde.database.transaction(systeme(monde.caisse)) as session:
        kept = (await session.execute(text("SELECT etat, courriel FROM envoi WHERE numero = :n"), {"n": monde.numero})).one()
    assert tuple(kept) == ("envoye", None)


async def test_an_unscoped_reader_sees_no_row(monde: Monde, stack: RunningStack) -> None:
    await monde.teller.tell_demande(monde.fact("resolue"))
    engine = create_async_engine(stack.database_url("notification"))

    async with engine.connect() as connection:
        seen = [
            await connection.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608 — the names are those below
            for table in ("envoi", "avis", "avis_lu", "suivi")
        ]
    await engine.dispose()

    assert seen == [0, 0, 0, 0]


async def test_b9_a_canary_in_a_fact_comes_out_nowhere(monde: Monde) -> None:
    """RG-13, UX-W05: whatever a producer leaks into a fact, no e-mail and no notice repeats it."""
    canary = f"CANARI-{uuid4().hex}"
    await monde.teller.tell_demande(monde.fact("resolue", nom=canary, motif=canary, commentaire=canary))
    await monde.send()

    said = [f"{courriel.objet} {courriel.corps}" for courriel in monde.courrier.taken]
    said += [str(un_avis) for un_avis in await monde.avis(monde.partner())]
    assert said
    assert not [texte for texte in said if canary in texte]
