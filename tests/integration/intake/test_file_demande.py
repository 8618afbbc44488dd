"""The filing on the real PostgreSQL: one transaction, one number, one fact; doubles are told (house §2, domain BU-5, trust C6)."""

import asyncio
import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from services.intake.consumers.facts import NoteDemande
from services.intake.consumers.questions import answers
from services.intake.domain.errors import (
    BrouillonEndedError,
    DemandeNotFoundError,
    DepotRefusedError,
    DoublonError,
    NumerotationExhaustedError,
)
from services.intake.operations.brouillons import start_brouillon
from services.intake.operations.check_champ import Valeur
from services.intake.operations.depots import list_non_ouvertes, read_accuse, read_demande
from services.intake.operations.file_demande import file_demande
from services.intake.operations.purge import purge_caisse
from shared.contracts.depots import Depot
from shared.contracts.evenements import DemandeEvolution, Enveloppe, event_subject
from shared.contracts.http.intake import AccuseVue, BrouillonRequest, DepotRequest, NonOuverteVue
from shared.contracts.perimetre import Perimetre, systeme
from shared.contracts.questions import DepotAsked
from shared.kernel.errors import ContractError, DependencyUnavailableError
from shared.kernel.identifiers import StructureId, new_id
from shared.plumbing.database import AsyncSession
from shared.plumbing.idempotence import IdempotencyKeyReusedError
from shared.plumbing.reference import ReferenceReader
from shared.plumbing.tables import audit, outbox
from tests.integration.intake.conftest import Essai
from tests.unit.intake.builders import MARDI, un_contenu, un_depot, un_referentiel, une_saisine, une_structure

CONTACT: dict[str, Valeur] = {"motif": "gerer_convention", "modalite_rdv": "physique", "commentaire": "Bonjour."}
AT_ONCE = 8  # as many as the pool has connections: the others wait in the test, not for a connection


async def file(essai: Essai, depot: DepotRequest, cle: UUID | None = None, *, par: Perimetre | None = None) -> AccuseVue:
    perimetre = par or essai.perimetre
    async with essai.database.transaction(perimetre) as session:
        return await file_demande(session, depot, cle or uuid4(), perimetre=perimetre, guichet=essai.guichet)


async def non_ouvertes(session: AsyncSession, essai: Essai, *, par: Perimetre | None = None) -> list[NonOuverteVue]:
    return await list_non_ouvertes(session, perimetre=par or essai.perimetre, reference=essai.reference, clock=essai.clock)


async def facts_of(essai: Essai, numero: str) -> list[dict[str, Any]]:
    async with essai.database.technical_transaction() as session:
        return list(await session.scalars(select(outbox.c.enveloppe).where(outbox.c.enveloppe["subject"].astext == numero)))


async def tell(essai: Essai, fait: str, numero: str, *, version: int, event_id: str | None = None) -> None:
    """A fact of case, as the bus hands it over."""
    evolution = DemandeEvolution(
        numero=numero,
        caisse_code=essai.perimetre.caisse_code,
        structure_id=str(essai.structure_id),
        version=version,
        demandeur_id=str(essai.perimetre.acteur_id),
        survenue_le=MARDI + timedelta(minutes=version),
    )
    sujet = event_subject("demande", fait)
    data = evolution.model_dump(mode="json")
    enveloppe = Enveloppe(id=event_id or str(new_id()), source="/services/case", type=sujet, subject=numero, time=MARDI, data=data)
    await NoteDemande(essai.database).handle(enveloppe)


async def test_a_filing_has_its_number_its_content_its_fact_and_its_line_in_the_journal(essai: Essai) -> None:
    piece = essai.recus.piece("formulaire")

    accuse = await file(essai, un_depot(pieces=[piece]))

    assert accuse.numero == f"26{essai.perimetre.caisse_code}00001"
    assert accuse.personne == "Madame FICTIVE Jeanne"
    async with essai.database.transaction(essai.perimetre) as session:
        vue = await read_demande(session, accuse.numero, perimetre=essai.perimetre, clock=essai.clock)
        lignes = (await session.execute(select(audit.c.acte, audit.c.resultat).where(audit.c.objet_id == accuse.numero))).all()
    assert vue.depot.deposee_le == MARDI
    (fait,) = await facts_of(essai, accuse.numero)
    assert fait["type"] == "evt.demande.deposee.v1"
    assert fait["data"]["piece_jointe_ids"] == [piece.id for piece in vue.depot.pieces]
    assert ("file_demande", "fait") in {tuple(ligne) for ligne in lignes}


async def test_rg_13_the_fact_and_the_journal_hold_no_personal_data_and_no_motif(essai: Essai) -> None:
    accuse = await file(essai, une_saisine())

    told = str(await facts_of(essai, accuse.numero))
    async with essai.database.technical_transaction() as session:
        told += str((await session.execute(select(audit))).all())

    assert not [mot for mot in ("Fictive", "FICTIVE", "Jeanne", "1971", "saisine", "mas", "Dossier complet", "EXEMPLE") if mot in told]


async def test_nothing_of_a_refused_filing_remains_not_even_its_number(essai: Essai) -> None:
    piece = essai.recus.piece("formulaire")
    await file(essai, un_depot("contacter_organisme", CONTACT))

    with pytest.raises(DepotRefusedError):
        await file(essai, un_depot(contenu=un_contenu(nom=""), pieces=[piece]))

    apres = await file(essai, un_depot(pieces=[piece]))
    assert apres.numero.endswith("00002")


async def test_the_year_of_a_number_is_the_local_year_of_the_filing(essai: Essai) -> None:
    """House §9.9: 23:30 UTC on 31 December is already the new year in Paris."""
    essai.clock.at = datetime(2026, 12, 31, 22, 59, tzinfo=UTC)
    avant = await file(essai, un_depot("contacter_organisme", CONTACT))
    essai.clock.at = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)
    apres = await file(essai, un_depot("contacter_organisme", CONTACT))

    assert (avant.numero[:2], avant.numero[-5:]) == ("26", "00001")
    assert (apres.numero[:2], apres.numero[-5:]) == ("27", "00001")


async def test_numbers_are_unique_and_without_gap_under_concurrency(essai: Essai) -> None:
    """Trust C10: forty filings at once by several structures of one caisse."""
    voisine = StructureId(uuid4())
    await essai.keep_reference(un_referentiel(), une_structure(structure_id=voisine))
    par = [essai.perimetre, essai.colleague(), essai.colleague(voisine)]

    places = asyncio.Semaphore(AT_ONCE)

    async def file_one(rang: int) -> AccuseVue:
        async with places:
            return await file(essai, un_depot("contacter_organisme", CONTACT), par=par[rang % 3])

    accuses = await asyncio.gather(*(file_one(rang) for rang in range(40)))

    assert sorted(int(accuse.numero[-5:]) for accuse in accuses) == list(range(1, 41))


async def test_an_exhausted_numbering_stops_the_caisse_and_writes_nothing(essai: Essai) -> None:
    async with essai.database.transaction(systeme(essai.perimetre.caisse_code)) as session:
        insertion = text("INSERT INTO compteur (caisse_code, annee, dernier) VALUES (:caisse, 2026, 99998)")
        await session.execute(insertion, {"caisse": essai.perimetre.caisse_code})
    derniere = await file(essai, un_depot("contacter_organisme", CONTACT))

    with pytest.raises(NumerotationExhaustedError):
        await file(essai, un_depot("contacter_organisme", CONTACT))

    assert derniere.numero.endswith("99999")
    async with essai.database.transaction(essai.perimetre) as session:
        assert len(await non_ouvertes(session, essai)) == 1


async def test_c6_a_thousand_random_retries_make_one_demande_per_key_replayed_alike(essai: Essai) -> None:
    """Two bodies compete for each key: the first one filed owns it, the other is refused for ever."""
    chance = random.Random(20_260_303)  # noqa: S311  an order of arrival, the same at each run
    cles = [uuid4() for _ in range(10)]
    corps = {
        (cle, variante): un_depot(contenu=un_contenu(nom=f"Fictive{chr(97 + rang)}", commentaire=f"Version {variante}."))
        for rang, cle in enumerate(cles)
        for variante in (0, 1)
    }
    places = asyncio.Semaphore(AT_ONCE)

    async def retry(cle: UUID, variante: int) -> tuple[UUID, int, str | None]:
        async with places:
            try:
                return cle, variante, (await file(essai, corps[cle, variante], cle)).model_dump_json()
            except IdempotencyKeyReusedError:
                return cle, variante, None

    posted = [(chance.choice(cles), chance.randrange(2)) for _ in range(1_000)]
    answered = await asyncio.gather(*(retry(cle, variante) for cle, variante in posted))

    for une in cles:
        accepted = {(variante, accuse) for cle, variante, accuse in answered if cle == une and accuse is not None}
        assert len(accepted) == 1
        assert {variante for cle, variante, accuse in answered if cle == une and accuse is None} == {1 - next(iter(accepted))[0]}
    async with essai.database.transaction(essai.perimetre) as session:
        ouvertes = await non_ouvertes(session, essai)
    assert len(ouvertes) == len(cles)
    assert [len(await facts_of(essai, accuse.numero)) for accuse in ouvertes] == [1] * len(cles)


async def test_c6_a_key_used_for_another_body_is_refused_and_belongs_to_one_account(essai: Essai) -> None:
    cle = uuid4()
    await file(essai, un_depot("contacter_organisme", CONTACT), cle)

    autre = un_depot("contacter_organisme", {**CONTACT, "commentaire": "Autre chose."})

    with pytest.raises(IdempotencyKeyReusedError):
        await file(essai, autre, cle)

    assert (await file(essai, autre, cle, par=essai.colleague())).numero


async def test_c6_a_key_whose_filing_was_refused_may_serve_again(essai: Essai) -> None:
    cle = uuid4()

    with pytest.raises(DepotRefusedError):
        await file(essai, un_depot(contenu=un_contenu(nom="")), cle)

    assert (await file(essai, un_depot(), cle)).numero


async def test_bu_5_an_open_demande_of_the_same_demarche_is_named_with_the_exits(essai: Essai) -> None:
    ouverte = await file(essai, un_depot())

    with pytest.raises(DoublonError) as refus:
        await file(essai, un_depot(contenu=un_contenu(nom="FICTIVE", prenom="jeanne")), par=essai.colleague())

    assert refus.value.donnees == {"numero": ouverte.numero, "sorties": ["ecrire_dans_la_demande_ouverte", "confirmer_autre_demarche"]}
    assert (await file(essai, un_depot(contenu=un_contenu("dossier_autre")))).numero
    assert (await file(essai, un_depot(contenu=un_contenu(prenom="Jean")))).numero


async def test_bu_5_two_filings_of_one_demarche_at_once_never_both_pass(essai: Essai) -> None:
    results = await asyncio.gather(*(file(essai, un_depot()) for _ in range(6)), return_exceptions=True)

    assert Counter(type(result).__name__ for result in results) == {"AccuseVue": 1, "DoublonError": 5}


async def test_bu_5_another_demarche_is_confirmed_with_a_justification_the_agent_reads(essai: Essai) -> None:
    ouverte = await file(essai, un_depot())

    confirmee = await file(essai, un_depot(contenu=un_contenu(doublon_confirme=True, justification_doublon="Une autre année")))

    async with essai.database.transaction(essai.perimetre) as session:
        depot = (await read_demande(session, confirmee.numero, perimetre=essai.perimetre, clock=essai.clock)).depot
    assert (depot.doublon_numero, depot.doublon_justification) == (ouverte.numero, "Une autre année")


async def test_bu_5_interdire_leaves_no_way_to_confirm(essai: Essai) -> None:
    referentiel = un_referentiel(doublon="interdire").model_copy(update={"version": 2})
    await essai.keep_reference(referentiel, une_structure(structure_id=essai.structure_id))
    await file(essai, un_depot())

    with pytest.raises(DoublonError) as refus:
        await file(essai, un_depot(contenu=un_contenu(doublon_confirme=True, justification_doublon="Une autre année")))

    assert refus.value.donnees["sorties"] == ["ecrire_dans_la_demande_ouverte"]


async def test_rg_14_a_demande_of_another_structure_neither_warns_nor_is_found(essai: Essai) -> None:
    voisine = StructureId(uuid4())
    await essai.keep_reference(un_referentiel(), une_structure(structure_id=voisine))
    la_leur = await file(essai, un_depot())
    autre = essai.colleague(voisine)

    assert (await file(essai, un_depot(), par=autre)).numero

    async with essai.database.transaction(autre) as session:
        with pytest.raises(DemandeNotFoundError):
            await read_demande(session, la_leur.numero, perimetre=autre, clock=essai.clock)
        assert la_leur.numero not in {accuse.numero for accuse in await non_ouvertes(session, essai, par=autre)}


async def test_a_filing_not_opened_yet_says_whose_it_is_and_its_local_day(essai: Essai) -> None:
    """A homonym of the same structure files at 23:30 in Paris, which is the next day at La Réunion."""
    referentiel = un_referentiel()
    ailleurs = referentiel.parametres.model_copy(update={"fuseau": "Indian/Reunion"})
    await essai.keep_reference(
        referentiel.model_copy(update={"parametres": ailleurs, "version": referentiel.version + 1}),
        une_structure(structure_id=essai.structure_id),
    )
    essai.clock.at = datetime(2026, 3, 3, 22, 30, tzinfo=UTC)
    await file(essai, un_depot())
    homonyme = essai.colleague()

    async with essai.database.transaction(essai.perimetre) as session:
        [la_mienne] = await non_ouvertes(session, essai)
        [la_sienne] = await non_ouvertes(session, essai, par=homonyme)

    assert (la_mienne.de_moi, la_sienne.de_moi) == (True, False)
    assert la_mienne.demandeur_nom == homonyme.nom
    assert la_mienne.jour.isoformat() == "2026-03-04"


async def test_once_open_only_the_receipt_and_the_guard_remain(essai: Essai) -> None:
    """House §9.10."""
    accuse = await file(essai, un_depot())

    await tell(essai, "ouverte", accuse.numero, version=1)

    async with essai.database.transaction(essai.perimetre) as session:
        assert await non_ouvertes(session, essai) == []
        assert await read_accuse(session, accuse.numero, perimetre=essai.perimetre) == accuse
        with pytest.raises(DemandeNotFoundError):
            await read_demande(session, accuse.numero, perimetre=essai.perimetre, clock=essai.clock)
        contenu = await session.scalar(text("SELECT contenu::text FROM depot WHERE numero = :numero"), {"numero": accuse.numero})
    assert contenu is None
    with pytest.raises(DoublonError):
        await file(essai, un_depot())


async def test_a_resolution_closes_the_guard_and_a_reopening_opens_it_in_whatever_order_facts_come(essai: Essai) -> None:
    accuse = await file(essai, un_depot())
    await tell(essai, "rouverte", accuse.numero, version=5)
    await tell(essai, "resolue", accuse.numero, version=3)

    with pytest.raises(DoublonError):
        await file(essai, un_depot())
    await tell(essai, "resolue", accuse.numero, version=7, event_id=(event_id := str(new_id())))
    await tell(essai, "resolue", accuse.numero, version=7, event_id=event_id)

    assert (await file(essai, un_depot())).numero


async def test_a_fact_of_an_unknown_number_is_let_pass_and_a_malformed_one_refused(essai: Essai) -> None:
    await tell(essai, "resolue", f"26{essai.perimetre.caisse_code}99999", version=1)

    enveloppe = Enveloppe(
        id=str(new_id()), source="/services/case", type=event_subject("demande", "resolue"), subject="x", time=MARDI, data={"numero": 1}
    )
    with pytest.raises(ContractError):
        await NoteDemande(essai.database).handle(enveloppe)


async def test_the_question_of_case_is_answered_with_the_whole_content_until_it_is_open(essai: Essai) -> None:
    (answer,) = answers(essai.database)
    accuse = await file(essai, une_saisine(freins=["financier"]))

    depot = await answer.handle(DepotAsked(numero=accuse.numero))

    assert isinstance(depot, Depot)
    assert depot.consentement is not None
    assert depot.precisions == {"freins": ["financier"]}
    await tell(essai, "ouverte", accuse.numero, version=1)
    for numero in (accuse.numero, "0000000000", "n'importe quoi"):
        with pytest.raises(DemandeNotFoundError):
            await answer.handle(DepotAsked(numero=numero))


async def test_ux_f25_a_draft_is_filed_once_and_ends_with_the_filing(essai: Essai) -> None:
    async with essai.database.transaction(essai.perimetre) as session:
        requete = BrouillonRequest(offre="contacter_organisme", contenu=CONTACT)
        brouillon = await start_brouillon(session, requete, perimetre=essai.perimetre, recus=essai.recus, clock=essai.clock)
    depot = un_depot("contacter_organisme", CONTACT).model_copy(update={"brouillon_id": brouillon.id})

    results = await asyncio.gather(*(file(essai, depot) for _ in range(4)), return_exceptions=True)

    assert Counter(type(result) for result in results) == {AccuseVue: 1, BrouillonEndedError: 3}


async def test_ux_f23_a_file_serves_once(essai: Essai) -> None:
    piece = essai.recus.piece("formulaire")
    await file(essai, un_depot(pieces=[piece]))

    with pytest.raises(DepotRefusedError) as refus:
        await file(essai, un_depot(contenu=un_contenu(prenom="Jean"), pieces=[essai.recus.piece("formulaire"), piece]))

    assert [(faute.champ, faute.code) for faute in refus.value.fields] == [("pieces_jointes.1", "deja-depose")]


async def test_an_act_is_judged_by_the_version_in_force_at_its_instant(essai: Essai) -> None:
    structure = une_structure(structure_id=essai.structure_id)
    demain = un_referentiel(ame_premiere_demande="acceptee").model_copy(update={"version": 2})
    await essai.keep_reference(demain, structure, since=MARDI + timedelta(days=1))
    premiere = un_depot(contenu=un_contenu("dossier_ame", nature_ame="premiere_demande"))

    with pytest.raises(DepotRefusedError):
        await file(essai, premiere)
    essai.clock.at = MARDI + timedelta(days=1)

    assert (await file(essai, premiere)).numero


async def test_without_reference_data_the_filing_is_unavailable_not_refused(essai: Essai) -> None:
    inconnue = replace(essai.perimetre, structure_id=StructureId(uuid4()))

    with pytest.raises(DependencyUnavailableError):
        await file(essai, un_depot(), par=inconnue)


async def test_the_purge_lets_go_of_old_drafts_answers_and_receipts_only(essai: Essai) -> None:
    caisse = systeme(essai.perimetre.caisse_code)
    vieille, recente = await file(essai, un_depot()), await file(essai, un_depot(contenu=un_contenu(prenom="Jean")))
    await tell(essai, "resolue", vieille.numero, version=2)
    async with essai.database.transaction(essai.perimetre) as session:
        requete = BrouillonRequest(offre="contacter_organisme")
        await start_brouillon(session, requete, perimetre=essai.perimetre, recus=essai.recus, clock=essai.clock)

    async def purge(now: datetime) -> tuple[int, int]:
        async with essai.database.transaction(caisse) as session:
            done = await purge_caisse(
                session, perimetre=caisse, reference=ReferenceReader(), conservation_brouillon=timedelta(days=30), now=now
            )
        return done.brouillons, done.accuses

    assert await purge(MARDI + timedelta(days=29)) == (0, 0)
    assert await purge(MARDI + timedelta(days=31)) == (1, 0)
    assert await purge(datetime(2028, 3, 4, tzinfo=UTC)) == (0, 1)
    async with essai.database.transaction(essai.perimetre) as session:
        assert (await read_accuse(session, recente.numero, perimetre=essai.perimetre)).numero == recente.numero
