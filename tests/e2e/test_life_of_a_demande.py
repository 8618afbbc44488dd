"""The life of a demande over the public APIs, on every real component."""

from base64 import b64decode
from collections import Counter
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from deploy.story.contenus import OFFRES, contenu, contenu_mas, pdf
from deploy.story.programs import Fichier, RefusedError
from shared.contracts import workflow_ids
from shared.contracts.workflows import EXTEND_ECHEANCE, ExtendEcheanceRequest
from shared.kernel.identifiers import NumeroDemande
from shared.plumbing.temporal import KeyRingCodec, build_data_converter
from tests.corpus.hostile import EICAR_INSIDE
from tests.e2e.recits import AUTRE_TECHNICIEN, CONSEILLER, RESOLUTION, file_two_pieces, scene, unique_person
from tests.integration.conftest import ConnectEngine, connect_engine
from tests.integration.support import DEADLINE, RunningStack, wait_for

__all__ = ["connect_engine"]
pytestmark = pytest.mark.timeout(180)


def _codec(stack: RunningStack) -> KeyRingCodec:
    active = stack.environment("workflows")["WORKFLOWS_CODEC_ACTIVE_KEY"]
    return KeyRingCodec({active: b64decode(stack.secrets.key("codec"))}, active, "ep")


async def test_an_ordinary_demande_lives_its_whole_life_within_its_budget(stack: RunningStack, connect_engine: ConnectEngine) -> None:
    """House §1: at most 16 workflow tasks, 10 activities, 100 events; received file: 15 days, then 410."""
    engine = await connect_engine(build_data_converter(_codec(stack)))
    async with scene(stack) as joue:
        numero = (await file_two_pieces(joue, unique_person())).numero
        await joue.files_in(numero, ["saine", "saine"])
        assert (await joue.agent.take_in_charge(numero)).statut == "PRIS_EN_CHARGE"
        assert (await joue.agent.resolve(numero, "Votre dossier est complet.", RESOLUTION)).statut == "RESOLU"
        resolue = await joue.files_in(numero, ["disponible"], sens="recue")
        (piece,) = [piece for piece in resolue.pieces if piece.sens == "recue"]
        assert await wait_for(lambda: joue.downloaded(piece.id)) == RESOLUTION.contenu

        handle = engine.get_workflow_handle(workflow_ids.traitement_demande(NumeroDemande(numero)))
        await wait_for(lambda: _ends_soon(handle, f"piece_jointe:{piece.id}:j15"))
        await wait_for(lambda: _is_completed(handle), deadline=DEADLINE * 2)

        with pytest.raises(RefusedError) as refused:
            await joue.partenaire.download(piece.id)
        vue = await joue.partenaire.read(numero)
        history = await handle.fetch_history()

    assert refused.value.status == 410
    assert [(p.nom, p.etat) for p in vue.pieces if p.sens == "recue"] == [("reponse.pdf", "expiree")]
    assert vue.reponse == "Votre dossier est complet."
    counts = Counter(event.event_type for event in history.events)
    updates = 1  # the test's own: it costs two tasks, an activity and their events
    assert counts[EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED] <= 16 + 2 * updates
    assert counts[EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED] <= 10 + updates
    assert len(history.events) <= 100 + 16 * updates


async def _ends_soon(handle: WorkflowHandle[object, object], cle: str) -> bool:
    """Fifteen days become seconds by an operator's act. False while the process has not read that deadline: a refusal leaves no event."""
    bientot = datetime.now(UTC) + timedelta(seconds=2)
    try:
        await handle.execute_update(EXTEND_ECHEANCE, ExtendEcheanceRequest(operateur="essai", motif="essai", cle=cle, echue_le=bientot))
    except WorkflowUpdateFailedError as error:
        if isinstance(error.cause, ApplicationError) and error.cause.type == "echeance-not-found":
            return False
        raise
    return True


async def _is_completed(handle: WorkflowHandle[object, object]) -> bool:
    return (await handle.describe()).status == WorkflowExecutionStatus.COMPLETED


@pytest.mark.parametrize("offre", OFFRES)
async def test_every_offre_is_filed_taken_in_charge_and_resolved(stack: RunningStack, offre: str) -> None:
    async with scene(stack) as joue:
        accuse = await joue.partenaire.file_demande(offre, contenu(offre, unique_person()))
        ouverte = await joue.opened(accuse.numero)
        await joue.agent.take_in_charge(accuse.numero)
        await joue.agent.resolve(accuse.numero, "Réponse faite.")
        vue = await joue.partenaire.read(accuse.numero)

    assert ouverte.statut == "NOUVEAU"
    assert (vue.statut, vue.reponse) == ("RESOLU", "Réponse faite.")
    assert accuse.numero[2:5] == "831"


async def test_the_exchange_goes_both_ways_and_the_net_clock_waits_for_the_partner(stack: RunningStack) -> None:
    async with scene(stack) as joue:
        numero = (await file_two_pieces(joue, unique_person())).numero
        await joue.opened(numero)
        await joue.agent.take_in_charge(numero)
        question = await joue.agent.ask(numero, "Pouvez-vous joindre le dernier avis d'imposition ?")
        attente = await joue.partenaire.read(numero)
        repondu = await joue.partenaire.answer(numero, "Le voici.", Fichier("Avis.pdf", pdf("Avis d'imposition"), "avis_imposition"))
        retour = await joue.files_in(numero, ["saine", "saine", "saine"])

    assert question.sous_etat == "attente_partenaire"
    assert [horloge.suspendue for horloge in question.horloges if horloge.cle == "resolution"] == [True]
    assert attente.complement_demande
    assert (attente.statut, repondu.complement_demande) == ("PRIS_EN_CHARGE", False)
    assert retour.sous_etat == "retour_partenaire"
    assert [message.cote for message in retour.messages] == ["fo", "bo", "fo"]


@pytest.mark.parametrize("formats", [tuple(EICAR_INSIDE)[:5], tuple(EICAR_INSIDE)[5:]], ids="+".join)
async def test_an_infected_file_is_set_aside_told_to_both_sides_and_the_demande_goes_on(
    stack: RunningStack, formats: tuple[str, ...]
) -> None:
    """SE-04, UX-U10: a signature inside a file of each of the nine formats, beside a clean file."""
    virus = [Fichier(nom, build(), "autre", "Demandé par téléphone") for nom, build in (EICAR_INSIDE[format_] for format_ in formats)]
    sain = Fichier("BS.pdf", pdf(), "bulletin_salaire")
    async with scene(stack) as joue:
        offre = "transmettre_suivre_dossier"
        numero = (await joue.partenaire.file_demande(offre, contenu(offre, unique_person()), *virus, sain)).numero
        dossier = await joue.files_in(numero, ["infectee"] * len(virus) + ["saine"])
        await wait_for(lambda: _mails_of(stack, numero, "un fichier est écarté", len(virus)))
        resolue = await joue.agent.resolve(numero, "Sans les fichiers écartés.")
        vue = await joue.partenaire.read(numero)

    etats = {fichier.nom: "infectee" for fichier in virus} | {sain.nom: "saine"}
    assert {piece.nom: piece.etat for piece in dossier.pieces} == etats
    assert {piece.nom: piece.etat for piece in vue.pieces} == etats
    assert (dossier.statut, resolue.statut) == ("NOUVEAU", "RESOLU")


async def _mails_of(stack: RunningStack, numero: str, objet: str, combien: int) -> bool:
    """Whether so many e-mails with this subject were received for the demande."""
    async with httpx2.AsyncClient() as client:
        messages = (await client.get(stack.messages_url)).json()
    return sum(numero in message["objet"] and objet in message["objet"] for message in messages) == combien


async def test_a_saisine_without_declared_consent_is_refused_and_with_it_reaches_the_mas(stack: RunningStack) -> None:
    """RG-08, UX-F17."""
    async with scene(stack, agent=CONSEILLER) as joue:
        sans = {cle: valeur for cle, valeur in contenu_mas(unique_person()).items() if cle != "consentement_oral"}
        with pytest.raises(RefusedError) as refused:
            await joue.partenaire.file_demande("signaler_difficulte", sans)
        accuse = await joue.partenaire.file_demande("signaler_difficulte", contenu_mas(unique_person()))
        dossier = await joue.opened(accuse.numero)

    assert refused.value.status == 422
    assert "consentement_oral" in {champ["champ"] for champ in refused.value.problem["champs"]}
    assert dossier.file_attente == "mas"
    assert dossier.consentement is not None


async def test_another_structure_and_another_caisse_find_nothing(stack: RunningStack) -> None:
    """B1, RG-14: 404 with the same body as for a number that does not exist."""
    async with scene(stack) as joue, scene(stack, technicien=AUTRE_TECHNICIEN, agent="andrea.agent@exemple.fr") as ailleurs:
        numero = (await file_two_pieces(joue, unique_person())).numero
        await joue.opened(numero)
        refusals = []
        for lecteur in (ailleurs.partenaire, ailleurs.agent):
            for cherche in (numero, "2683199999"):
                with pytest.raises(RefusedError) as refused:
                    await lecteur.read(cherche)
                refusals.append((refused.value.status, refused.value.code, refused.value.problem.get("detail", "").replace(cherche, "")))

    assert {status for status, _, _ in refusals} == {404}
    assert refusals[0] == refusals[1]
    assert refusals[2] == refusals[3]
