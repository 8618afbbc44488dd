"""Children: the referral to the MAS and the delivery of an attestation live beside the demande, told by it (house §9.13)."""

import asyncio
from datetime import timedelta

from temporalio.client import WorkflowExecutionStatus

from shared.contracts import workflow_ids
from shared.contracts.situation import Etape, Processus, TypeEtape
from shared.kernel.identifiers import NumeroDemande
from tests.integration.workflows.dossier import Dossier
from tests.integration.workflows.engine import PATIENCE_S, Engine
from workflows.starter import tell_traitement

MAS = Etape(cle="saisine_mas", type=TypeEtape.SAISINE_MAS)
ATTESTATION = Etape(cle="delivrance_attestation", type=TypeEtape.DELIVRANCE_ATTESTATION)


async def test_a_saisine_times_its_first_contact_beside_the_demande(engine: Engine, dossier: Dossier) -> None:
    await open_saisine(engine, dossier)

    await engine.pass_time(timedelta(days=3))

    assert dossier.met == ["mas:premier_contact"]
    child = engine.handle(workflow_ids.saisine_mas(NumeroDemande(dossier.numero)))
    assert (await child.describe()).status is WorkflowExecutionStatus.RUNNING
    assert await engine.attribut(child.id, "EpNumero") == dossier.numero
    assert await engine.attribut(child.id, "EpOffre") is None, "a child's type tells the motif: it says nothing else"


async def test_a_withdrawn_consentement_has_its_files_purged_and_ends_the_saisine(engine: Engine, dossier: Dossier) -> None:
    await open_saisine(engine, dossier)
    vue = dossier.vues[Processus.SAISINE_MAS]
    vue.echeances = {}
    dossier.ask(Etape(cle="purger:retrait", type=TypeEtape.PURGER, ids=["p1", "p2"]), Processus.SAISINE_MAS)
    dossier.change()

    await engine.tell(dossier, "evoluee")

    child = engine.handle(workflow_ids.saisine_mas(NumeroDemande(dossier.numero)))
    await asyncio.wait_for(child.result(), PATIENCE_S)
    assert dossier.detruites == {"p1": "purge", "p2": "purge"}
    await engine.settle(engine.process(dossier))
    assert dossier.traitement.etapes == {}


async def test_a_consentement_withdrawn_after_the_answer_has_its_files_purged_by_a_saisine_that_lives_again(
    engine: Engine, dossier: Dossier
) -> None:
    await open_saisine(engine, dossier)
    parent, child = engine.process(dossier), engine.handle(workflow_ids.saisine_mas(NumeroDemande(dossier.numero)))
    vue = dossier.vues[Processus.SAISINE_MAS]
    vue.echeances, vue.terminee, dossier.traitement.etapes = {}, True, {}
    dossier.traitement.echeances["piece_jointe:p3:j15"] = await engine.now() + timedelta(days=15)
    dossier.change("resolue", issue="resolue")
    await engine.tell(dossier, "resolue")
    await asyncio.wait_for(child.result(), PATIENCE_S)
    await engine.settle(parent)

    dossier.ask(MAS)
    dossier.ask(Etape(cle="purger:retrait", type=TypeEtape.PURGER, ids=["p1"]), Processus.SAISINE_MAS)
    vue.terminee = False
    dossier.change()
    await engine.tell(dossier, "evoluee")
    await engine.wait_for(lambda: "p1" in dossier.detruites)
    await engine.pass_time(timedelta(days=16))

    await asyncio.wait_for(parent.result(), PATIENCE_S)
    assert dossier.detruites == {"p1": "purge", "p3": "expiration"}


async def test_an_attestation_taken_up_again_is_delivered_again_beside_the_same_demande(engine: Engine, dossier: Dossier) -> None:
    """Another motif, then the attestation again: its process starts anew in the same run of the demande."""
    child = engine.handle(workflow_ids.delivrance_attestation(NumeroDemande(dossier.numero)))
    for fait in ("ouverte", "requalifiee"):
        dossier.ask(ATTESTATION)
        dossier.vues[Processus.DELIVRANCE_ATTESTATION].terminee = False
        dossier.ask(Etape(cle="ameli", type=TypeEtape.INTERROGER_AMELI), Processus.DELIVRANCE_ATTESTATION)
        dossier.change("en_cours")
        await engine.tell(dossier, fait)
        await engine.wait_for(lambda: not dossier.traitement.etapes)
        await asyncio.wait_for(child.result(), PATIENCE_S)
        await engine.settle(engine.process(dossier))

    assert engine.maison.journal.count("perform:router") == 2
    assert dossier.vues[Processus.DELIVRANCE_ATTESTATION].etapes == {}


async def test_a_child_is_told_only_when_the_record_moved(engine: Engine, dossier: Dossier) -> None:
    await open_saisine(engine, dossier)
    looks = engine.maison.journal.count("read:saisine_mas")

    await engine.tell(dossier, "evoluee")
    await engine.tell(dossier, "evoluee")
    assert engine.maison.journal.count("read:saisine_mas") == looks
    dossier.change()
    await engine.tell(dossier, "evoluee")

    await engine.settle(engine.handle(workflow_ids.saisine_mas(NumeroDemande(dossier.numero))))
    assert engine.maison.journal.count("read:saisine_mas") == looks + 1


async def test_an_attestation_asks_ameli_then_applies_the_table_without_a_look_between(engine: Engine, dossier: Dossier) -> None:
    dossier.ask(ATTESTATION)
    dossier.ask(Etape(cle="ameli", type=TypeEtape.INTERROGER_AMELI), Processus.DELIVRANCE_ATTESTATION)
    dossier.change("deposee")

    await engine.tell(dossier, "ouverte")

    child = engine.handle(workflow_ids.delivrance_attestation(NumeroDemande(dossier.numero)))
    await asyncio.wait_for(child.result(), PATIENCE_S)
    steps = [line for line in engine.maison.journal if "traitement" not in line]
    assert steps == ["read:delivrance_attestation", "perform:ameli", "perform:router"]


async def test_an_ameli_that_never_answers_asks_for_an_operator_on_the_child(engine: Engine, dossier: Dossier) -> None:
    engine.maison.ameli_answers = False
    dossier.ask(ATTESTATION)
    dossier.ask(Etape(cle="ameli", type=TypeEtape.INTERROGER_AMELI), Processus.DELIVRANCE_ATTESTATION)
    dossier.change("deposee")
    await tell_traitement(engine.client, NumeroDemande(dossier.numero), "ouverte")
    await engine.wait_for(lambda: "perform:ameli" in engine.maison.journal)

    await engine.pass_time(timedelta(hours=25))

    child = engine.handle(workflow_ids.delivrance_attestation(NumeroDemande(dossier.numero)))
    await engine.settle(child)
    assert await engine.attribut(child.id, "EpIntervention") is True
    assert (await engine.process(dossier).describe()).status is WorkflowExecutionStatus.RUNNING


async def test_the_demande_ends_after_its_children(engine: Engine, dossier: Dossier) -> None:
    await open_saisine(engine, dossier)
    dossier.change("resolue", issue="resolue")
    dossier.traitement.etapes = {}
    await engine.tell(dossier, "resolue")
    parent, child = engine.process(dossier), engine.handle(workflow_ids.saisine_mas(NumeroDemande(dossier.numero)))
    assert (await parent.describe()).status is WorkflowExecutionStatus.RUNNING

    dossier.vues[Processus.SAISINE_MAS].terminee = True
    dossier.change()
    await engine.tell(dossier, "evoluee")

    await asyncio.wait_for(child.result(), PATIENCE_S)
    assert (await asyncio.wait_for(parent.result(), PATIENCE_S)).issue == "resolue"


async def open_saisine(engine: Engine, dossier: Dossier) -> None:
    dossier.ask(MAS)
    dossier.vues[Processus.SAISINE_MAS].echeances["mas:premier_contact"] = await engine.now() + timedelta(days=2)
    dossier.change("deposee")
    await engine.tell(dossier, "ouverte")
    await engine.settle(engine.handle(workflow_ids.saisine_mas(NumeroDemande(dossier.numero))))
