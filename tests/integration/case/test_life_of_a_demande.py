"""A demande on the real database, from its opening to the end of its last file, and who may see it."""

from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import ProgrammingError

from services.case.domain.attestation import CompteAmeli
from services.case.domain.errors import (
    AgentNotServingError,
    AttestationMissingError,
    DemandeAlreadyTakenError,
    DemandeNotFoundError,
    EchangeStaleError,
    IssueMissingError,
    PieceAlreadyJoinedError,
    PieceForeignError,
    PiecesSortantesForbiddenError,
)
from services.case.domain.orientation import AttestationFaits
from services.case.domain.saisine_mas import IssueMas, TentativeIssue
from services.case.operations import read_situation as engine
from services.case.operations.handle_attestation import answer_attestation, set_attestation
from services.case.operations.handle_saisine import log_tentative, record_issue, withdraw
from services.case.operations.list_charges import list_charges
from services.case.operations.list_demandes import follow_demande, list_demandes, list_documents
from services.case.operations.list_file import FiltresFile, list_file, search_file
from services.case.operations.nir import NirFoundError
from services.case.operations.note_piece_jointe import note_piece_jointe
from services.case.operations.post_message import add_note, post_message_agent, post_message_partenaire
from services.case.operations.read_demande import open_piece, read_demande, read_dossier
from services.case.operations.remind_process import remind_process
from services.case.operations.requalify_demande import redact_message, requalify_demande
from services.case.operations.take_in_charge import assign, take_in_charge, take_next
from services.case.operations.watch_demande import forget_presences, watch_demande
from services.case.store.sessions import session_agent
from services.case.store.tables import DemandeRow
from shared.contracts.evenements import FaitPieceJointe
from shared.contracts.http.case import Filtres, MessageAgentRequest, MessageRequest, RechercheRequest
from shared.contracts.perimetre import Perimetre, Role, systeme
from shared.contracts.situation import Operation, Processus
from shared.kernel.errors import NotFoundError, RuleError
from shared.kernel.identifiers import CaisseCode, CompteId, NumeroDemande
from tests.integration.case.conftest import AVENANT, CAISSE, HABILITEE, SANS_HABILITATION, Desk, OneTransaction

TRAITEMENT = Processus.TRAITEMENT


async def say(desk: Desk, nom: str, piece_id: object, numero: NumeroDemande | None = None, structure: str = "") -> None:
    """A fact of attachment."""
    await desk.as_(systeme(CAISSE))
    fait = FaitPieceJointe(
        piece_jointe_id=str(piece_id), caisse_code=CAISSE, structure_id=structure, numero=numero, survenue_le=desk.clock.now()
    )
    await note_piece_jointe(desk.session, nom, fait, tools=desk.tools)


async def resolve(desk: Desk, numero: NumeroDemande, *, with_file: bool = True) -> None:
    agent = await desk.as_(desk.agent)
    pieces = [desk.receipt(agent)] if with_file else []
    message = MessageAgentRequest(genre="reponse_finale", texte="Voici votre document.", pieces=pieces)
    await post_message_agent(desk.session, numero, message, perimetre=agent, tools=desk.tools)


async def test_an_ordinary_life_from_opening_to_expiry(desk: Desk) -> None:
    numero = await desk.file(pieces=2)
    situation = await engine.read_situation(desk.session, numero, TRAITEMENT, tools=desk.tools)
    (analyse,) = situation.etapes
    for piece_id in analyse.ids:
        await say(desk, "saine", piece_id, numero)

    agent = await desk.as_(desk.agent)
    await take_in_charge(desk.session, numero, perimetre=agent, tools=desk.tools)
    prise_le = desk.clock.now()
    desk.clock.at += timedelta(minutes=1)
    await resolve(desk, numero)
    waiting = await engine.read_situation(desk.session, numero, TRAITEMENT, tools=desk.tools)
    (scan,) = waiting.etapes
    desk.clock.at += timedelta(minutes=2)
    await say(desk, "saine", scan.ids[0], numero)

    partenaire = await desk.as_(desk.partenaire)
    vue = await read_demande(desk.session, numero, perimetre=partenaire, tools=desk.tools)
    recue = next(piece for piece in vue.pieces if piece.sens == "recue")
    assert (vue.statut, vue.reponse, recue.etat) == ("RESOLU", "Voici votre document.", "disponible")
    assert vue.pris_en_charge_le == prise_le
    assert recue.echeance_telechargement == desk.clock.now() + timedelta(days=15)
    assert [document.numero for document in await list_documents(desk.session, perimetre=partenaire, tools=desk.tools)] == [numero]

    await desk.as_(systeme(CAISSE))
    await say(desk, "telechargee", recue.id, numero)
    left = await engine.read_situation(desk.session, numero, TRAITEMENT, tools=desk.tools)
    assert [echeance.cle for echeance in left.echeances] == [f"piece_jointe:{recue.id}:j15"]
    desk.clock.at = left.echeances[0].echue_le
    over = await engine.meet_echeance(desk.session, numero, left.echeances[0].cle, TRAITEMENT, tools=desk.tools)

    assert (over.terminee, over.issue) == (True, "resolue")
    assert [fait for fait, _ in await desk.facts()] == ["ouverte", "prise_en_charge", "resolue", "mise_a_disposition", "evoluee"]


async def test_facts_hold_ids_only(desk: Desk) -> None:
    """B9: neither a name, nor a text, nor the motif."""
    numero = await desk.file(motif="situation_urgence")
    await resolve(desk, numero, with_file=False)

    told = str(await desk.facts())

    assert not [word for word in ("Agostino", "Situation", "FICTIF", "urgence", "signaler") if word in told]


async def test_opening_twice_opens_once(desk: Desk) -> None:
    numero = await desk.file()
    desk._rang -= 1

    await desk.file()

    assert [fait for fait, data in await desk.facts() if data["numero"] == numero] == ["ouverte"]


async def test_a_number_not_opened_yet_has_an_empty_situation(desk: Desk) -> None:
    situation = await engine.read_situation(desk.session, NumeroDemande("2699999999"), TRAITEMENT, tools=desk.tools)

    assert (situation.version, situation.etapes, situation.echeances) == (0, [], [])


async def test_two_agents_one_wins_and_the_other_is_told(desk: Desk) -> None:
    """ux A04."""
    numero = await desk.file()
    await take_in_charge(desk.session, numero, perimetre=await desk.as_(desk.agent), tools=desk.tools)

    with pytest.raises(DemandeAlreadyTakenError, match="Prise en charge par EXEMPLE Anne à 11:00"):
        await take_in_charge(desk.session, numero, perimetre=await desk.as_(desk.autre_agent), tools=desk.tools)


async def test_the_next_one_is_the_most_urgent(desk: Desk) -> None:
    await desk.file()
    urgent = await desk.file(motif="situation_urgence")
    agent = await desk.as_(desk.agent)

    page = await list_file(desk.session, FiltresFile(), perimetre=agent, tools=desk.tools)
    taken = await take_next(desk.session, perimetre=agent, tools=desk.tools)

    assert (page.lignes[0].numero, page.lignes[0].urgente, taken) == (urgent, True, urgent)
    assert page.compteurs["a_prendre_en_charge"] == 2
    assert (await list_file(desk.session, FiltresFile(vue="mes_demandes"), perimetre=agent, tools=desk.tools)).total == 1


async def test_ux_a01_the_queue_is_sorted_by_the_column_asked_for(desk: Desk) -> None:
    """UX-A01; an unknown column is the deadline's."""
    urgent_last = [await desk.file(), await desk.file(motif="situation_urgence")]
    agent = await desk.as_(desk.agent)

    async def order(filtres: FiltresFile) -> list[str]:
        return [ligne.numero for ligne in (await list_file(desk.session, filtres, perimetre=agent, tools=desk.tools)).lignes]

    assert await order(FiltresFile(tri="numero; drop")) == urgent_last[::-1]
    assert await order(FiltresFile(tri="echeance", descendant=True)) == urgent_last
    assert len(await order(FiltresFile(tri="structure", descendant=True, taille=1))) == 1


async def test_a_question_and_its_answer_move_the_net_deadline(desk: Desk) -> None:
    numero = await desk.file()
    agent = await desk.as_(desk.agent)
    question = MessageAgentRequest(genre="question", texte="Pouvez-vous joindre le justificatif ?", version=1)
    await post_message_agent(desk.session, numero, question, perimetre=agent, tools=desk.tools)
    asked = await engine.read_situation(desk.session, numero, TRAITEMENT, tools=desk.tools)
    desk.clock.at += timedelta(hours=2)
    partenaire = await desk.as_(desk.partenaire)
    await post_message_partenaire(
        desk.session, numero, MessageRequest(pieces=[desk.receipt(partenaire)]), perimetre=partenaire, tools=desk.tools
    )

    dossier = await read_dossier(desk.session, numero, perimetre=await desk.as_(desk.agent), tools=desk.tools)
    resolution = next(horloge for horloge in dossier.horloges if horloge.cle == "resolution")
    assert [echeance.cle for echeance in asked.echeances] == ["echange:rappel", "echange:cloture"]
    assert (dossier.sous_etat, dossier.messages[-1].genre) == ("retour_partenaire", "complement")
    assert resolution.echeance_brute == datetime(2026, 5, 29, 15, tzinfo=UTC)
    assert resolution.echeance_nette == datetime(2026, 6, 1, 8, 30, tzinfo=UTC)  # two opening hours later: Monday 10:30


async def test_a_stale_thread_is_refused(desk: Desk) -> None:
    """ux A07."""
    numero = await desk.file()
    agent = await desk.as_(desk.agent)
    message = MessageAgentRequest(genre="information", texte="Reçu.", version=1)
    await post_message_agent(desk.session, numero, message, perimetre=agent, tools=desk.tools)

    with pytest.raises(EchangeStaleError):
        await post_message_agent(desk.session, numero, message, perimetre=agent, tools=desk.tools)


async def test_no_file_goes_out_to_a_structure_that_is_not_habilitee(desk: Desk) -> None:
    """RG-02."""
    numero = await desk.file(structure=SANS_HABILITATION)

    with pytest.raises(PiecesSortantesForbiddenError):
        await resolve(desk, numero)


async def test_under_an_avenant_the_attestation_alone_goes_out_with_the_final_answer(desk: Desk) -> None:
    """RG-02's one exception (domain §2.5)."""
    numero = await desk.file(
        offre="demander_document", motif="doc_attestation_droits", structure=AVENANT, precisions={"qualite_partenaire": "ase"}
    )
    database = OneTransaction(desk.session)
    await engine.perform_etape(database, numero, "ameli", tools=desk.tools)
    await engine.perform_etape(database, numero, "router:1", tools=desk.tools)
    agent = await desk.as_(desk.agent)

    def message(genre: Literal["information", "reponse_finale"], nombre: int) -> MessageAgentRequest:
        return MessageAgentRequest(genre=genre, texte="Ci-joint.", pieces=[desk.receipt(agent) for _ in range(nombre)])

    for refused in (message("information", 1), message("reponse_finale", 2)):
        with pytest.raises(PiecesSortantesForbiddenError):
            async with desk.session.begin_nested():
                await post_message_agent(desk.session, numero, refused, perimetre=agent, tools=desk.tools)
    await post_message_agent(desk.session, numero, message("reponse_finale", 1), perimetre=agent, tools=desk.tools)

    dossier = await read_dossier(desk.session, numero, perimetre=agent, tools=desk.tools)
    assert (dossier.statut, [piece.sens for piece in dossier.pieces]) == ("RESOLU", ["recue"])


async def test_a_receipt_of_somebody_else_is_refused(desk: Desk) -> None:
    numero = await desk.file()
    partenaire = await desk.as_(desk.partenaire)
    foreign = desk.receipt(partenaire, structure=SANS_HABILITATION)
    forged = desk.receipt(partenaire).model_copy(update={"recu": "a.b.c"})

    with pytest.raises(PieceForeignError):
        await post_message_partenaire(desk.session, numero, MessageRequest(pieces=[foreign]), perimetre=partenaire, tools=desk.tools)
    with pytest.raises(RuleError):
        await post_message_partenaire(desk.session, numero, MessageRequest(pieces=[forged]), perimetre=partenaire, tools=desk.tools)


async def test_another_structure_and_another_caisse_see_count_and_find_nothing(desk: Desk) -> None:
    """B1, RG-14: the same 404 as for a number that does not exist."""
    numero = await desk.file()
    etranger = await desk.as_(desk.etranger)

    assert (await list_demandes(desk.session, Filtres(), perimetre=etranger, tools=desk.tools)).total == 0
    found = await list_demandes(desk.session, RechercheRequest(texte="agostino"), perimetre=etranger, tools=desk.tools)
    assert found.total == 0
    with pytest.raises(DemandeNotFoundError):
        await read_demande(desk.session, numero, perimetre=etranger, tools=desk.tools)
    ailleurs = Perimetre(caisse_code=CaisseCode("831"), role=Role.AGENT, compte_id=desk.agent.compte_id, nom="X")
    await desk.as_(ailleurs)
    with pytest.raises(DemandeNotFoundError):
        await read_dossier(desk.session, numero, perimetre=ailleurs, tools=desk.tools)


async def test_the_database_refuses_by_itself_what_the_code_would_forget(desk: Desk) -> None:
    """B2: without any filter of ours, a stranger sees nothing and cannot write into another structure."""
    numero = await desk.file()
    await desk.as_(desk.etranger)

    assert await desk.session.scalar(select(func.count()).select_from(DemandeRow).where(DemandeRow.caisse_code == CAISSE)) == 0
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with desk.session.begin_nested():
            await desk.session.execute(
                DemandeRow.metadata.tables["suivi"]
                .insert()
                .values(
                    compte_id=desk.etranger.compte_id,
                    numero=numero,
                    caisse_code=CAISSE,
                    structure_id=desk.partenaire.structure_id,
                    suivie=True,
                )
            )


@pytest.mark.parametrize("texte", ["d'agostino", "DAGOSTINO", "D’Agostino", "jeanne dago", "269990000"])
async def test_search_ignores_case_accents_and_apostrophes(desk: Desk, texte: str) -> None:
    """UX-L04."""
    numero = await desk.file()

    partner = await list_demandes(desk.session, RechercheRequest(texte=texte), perimetre=await desk.as_(desk.partenaire), tools=desk.tools)
    agent = await search_file(desk.session, texte, perimetre=await desk.as_(desk.agent), tools=desk.tools)

    assert [row.numero for row in partner.demandes] == [numero] == [row.numero for row in agent.lignes]


@pytest.mark.parametrize("texte", ["D'Agostino 01/02/1950", "1/2/1950", "structure essai 1", "Structure d'essai"])
async def test_ux_a05_an_agent_finds_by_day_of_birth_and_by_structure(desk: Desk, texte: str) -> None:
    """A-05: each half of the search is found by an index."""
    numero = await desk.file()

    agent = await search_file(desk.session, texte, perimetre=await desk.as_(desk.agent), tools=desk.tools)
    other = await search_file(desk.session, "D'Agostino 02/01/1950", perimetre=desk.agent, tools=desk.tools)

    assert ([row.numero for row in agent.lignes], other.lignes) == ([numero], [])


async def test_the_star_and_the_unread_answer_are_personal(desk: Desk) -> None:
    numero = await desk.file()
    await resolve(desk, numero, with_file=False)
    partenaire = await desk.as_(desk.partenaire)
    await follow_demande(desk.session, numero, suivie=True, perimetre=partenaire)

    (before,) = (await list_demandes(desk.session, Filtres(suivies=True), perimetre=partenaire, tools=desk.tools)).demandes
    desk.clock.at += timedelta(minutes=1)
    await read_demande(desk.session, numero, perimetre=partenaire, tools=desk.tools)
    (after,) = (await list_demandes(desk.session, Filtres(), perimetre=partenaire, tools=desk.tools)).demandes

    assert (before.suivie, before.nouvelle_reponse, after.suivie, after.nouvelle_reponse) == (True, True, True, False)


async def test_a_note_and_the_agent_s_name_are_not_for_the_partner(desk: Desk) -> None:
    """ux A11, T02."""
    numero = await desk.file()
    agent = await desk.as_(desk.agent)
    await add_note(desk.session, numero, "Rappeler demain.", perimetre=agent, tools=desk.tools)
    await resolve(desk, numero, with_file=False)

    vue = await read_demande(desk.session, numero, perimetre=await desk.as_(desk.partenaire), tools=desk.tools)

    assert "Rappeler demain." not in vue.model_dump_json()
    assert "EXEMPLE" not in vue.model_dump_json()


async def test_a_referral_is_for_conseillers_only_and_is_answered_by_its_outcome(desk: Desk) -> None:
    numero = await desk.file(motif="saisine_mas")
    with pytest.raises(DemandeNotFoundError):
        await read_dossier(desk.session, numero, perimetre=await desk.as_(desk.agent), tools=desk.tools)
    conseiller = await desk.as_(desk.conseiller)
    with pytest.raises(IssueMissingError):
        await post_message_agent(
            desk.session,
            numero,
            MessageAgentRequest(genre="reponse_finale", texte="Fait."),
            perimetre=conseiller,
            tools=desk.tools,
        )

    await log_tentative(desk.session, numero, "telephone", TentativeIssue.JOINTE, perimetre=conseiller, tools=desk.tools)
    await record_issue(desk.session, numero, IssueMas.ACCOMPAGNEMENT_OUVERT, perimetre=conseiller, tools=desk.tools)

    child = await engine.read_situation(desk.session, numero, Processus.SAISINE_MAS, tools=desk.tools)
    assert (child.terminee, child.issue) == (True, "accompagnement_ouvert")
    assert "mas" not in str([fait for fait, _ in await desk.facts()])


async def test_ux_a14_a_colleague_who_just_signed_in_can_be_given_work(desk: Desk) -> None:
    """UX-A14: a newcomer holds nothing yet; their role says which queues they serve."""
    saisine, ordinaire = await desk.file(motif="saisine_mas"), await desk.file()
    newcomer = uuid4()
    places = [{"caisse_code": CAISSE, "role": "agent"}, {"caisse_code": "831", "role": "conseiller_mas"}]
    contenu = {"nom": "Nouvel", "prenom": "Noa", "perimetres": places}
    now = desk.clock.now()
    await desk.session.execute(
        session_agent.insert().values(empreinte=newcomer.bytes * 2, compte_id=newcomer, contenu=contenu, ouverte_le=now, vue_le=now)
    )
    superviseur = await desk.as_(desk.superviseur)

    charges = await list_charges(desk.session, perimetre=superviseur, tools=desk.tools)
    await assign(desk.session, ordinaire, CompteId(newcomer), "NOUVEL Noa", perimetre=superviseur, tools=desk.tools)
    with pytest.raises(AgentNotServingError):
        await assign(desk.session, saisine, CompteId(newcomer), "NOUVEL Noa", perimetre=superviseur, tools=desk.tools)

    assert [(charge.nom, charge.ouvertes, charge.files) for charge in charges] == [("NOUVEL Noa", 0, frozenset({"generale"}))]


async def test_ux_a22_who_looked_is_told_to_the_superviseur_once_per_visit(desk: Desk) -> None:
    """UX-A22: the demande and its files; not to colleagues."""
    numero = await desk.file(pieces=1)
    agent = await desk.as_(desk.agent)
    for _ in range(2):
        dossier = await read_dossier(desk.session, numero, perimetre=agent, tools=desk.tools)
    await open_piece(desk.session, numero, dossier.pieces[0].id, perimetre=agent, tools=desk.tools)
    desk.clock.at += timedelta(minutes=20)
    hers = await read_dossier(desk.session, numero, perimetre=agent, tools=desk.tools)

    superviseur = await desk.as_(desk.superviseur)
    seen = await read_dossier(desk.session, numero, perimetre=superviseur, tools=desk.tools)

    lines = [(ligne.acteur, ligne.acte, ligne.detail) for ligne in seen.journal]
    assert lines == [
        (superviseur.nom, "read_dossier", ""),
        (agent.nom, "read_dossier", ""),
        (agent.nom, "open_piece_jointe", "piece0.pdf"),
        (agent.nom, "read_dossier", ""),
        ("", "open", ""),
    ]
    assert [ligne.acte for ligne in hers.journal] == ["open"]
    with pytest.raises(NotFoundError):
        await open_piece(desk.session, numero, uuid4(), perimetre=superviseur, tools=desk.tools)


async def test_ux_a06_an_open_page_is_told_of_a_verdict_and_of_a_colleague_s_note(desk: Desk) -> None:
    """UX-A06, A07: and of nothing while nothing moves, whoever looks."""
    numero = await desk.file(pieces=1)
    agent = await desk.as_(desk.agent)
    landmarks = [(await watch_demande(desk.session, numero, perimetre=agent, tools=desk.tools))[0]]
    dossier = await read_dossier(desk.session, numero, perimetre=await desk.as_(desk.autre_agent), tools=desk.tools)
    landmarks.append((await watch_demande(desk.session, numero, perimetre=agent, tools=desk.tools))[0])

    await say(desk, "saine", dossier.pieces[0].id, numero)
    await desk.as_(agent)
    landmarks.append((await watch_demande(desk.session, numero, perimetre=agent, tools=desk.tools))[0])
    await add_note(desk.session, numero, "Rappeler demain.", perimetre=await desk.as_(desk.autre_agent), tools=desk.tools)
    landmarks.append((await watch_demande(desk.session, numero, perimetre=agent, tools=desk.tools))[0])

    assert landmarks[0] == landmarks[1]
    assert len(set(landmarks)) == 3


async def test_the_history_tells_how_an_attempt_ended_until_the_consent_is_withdrawn(desk: Desk) -> None:
    numero = await desk.file(motif="saisine_mas")
    conseiller = await desk.as_(desk.conseiller)
    await log_tentative(desk.session, numero, "telephone", TentativeIssue.MESSAGE_LAISSE, perimetre=conseiller, tools=desk.tools)
    before = await read_dossier(desk.session, numero, perimetre=conseiller, tools=desk.tools)
    await withdraw(desk.session, numero, perimetre=conseiller, tools=desk.tools)
    after = await read_dossier(desk.session, numero, perimetre=conseiller, tools=desk.tools)

    told = [[ligne.detail for ligne in vue.journal if ligne.acte == "note_tentative"] for vue in (before, after)]
    assert told == [["message_laisse telephone"], [""]]


async def test_a_withdrawn_consent_erases_texts_and_has_the_files_purged(desk: Desk) -> None:
    numero = await desk.file(motif="saisine_mas", pieces=1)
    conseiller = await desk.as_(desk.conseiller)

    await withdraw(desk.session, numero, perimetre=conseiller, tools=desk.tools)

    dossier = await read_dossier(desk.session, numero, perimetre=conseiller, tools=desk.tools)
    child = await engine.read_situation(desk.session, numero, Processus.SAISINE_MAS, tools=desk.tools)
    assert "Situation à étudier." not in dossier.model_dump_json()
    assert dossier.personne is not None  # the sentence both sides read says so
    assert "L'identité de la personne reste dans la demande." in dossier.messages[-1].texte
    assert (dossier.statut, [etape.cle for etape in child.etapes]) == ("RESOLU", ["purger:retrait"])
    shown = (await engine.read_situation(desk.session, numero, TRAITEMENT, tools=desk.tools)).attributs
    assert shown is not None
    assert shown.issue == "resolue"  # in clear in the engine: nothing there tells a consent
    await say(desk, "detruite", child.etapes[0].ids[0], numero)
    assert (await engine.read_situation(desk.session, numero, Processus.SAISINE_MAS, tools=desk.tools)).etapes == []


async def test_an_attestation_is_routed_and_answered_with_the_standard_sentence(desk: Desk) -> None:
    numero = await desk.file(
        offre="demander_document",
        motif="doc_attestation_droits",
        precisions={"compte_ameli": "accessible", "qualite_partenaire": "tuteur"},
    )
    desk.ameli.compte = True
    database = OneTransaction(desk.session)

    asked = await engine.perform_etape(database, numero, "ameli", tools=desk.tools)
    (etape,) = asked.etapes
    routed = await engine.perform_etape(database, numero, etape.cle, tools=desk.tools)
    agent = await desk.as_(desk.agent)
    dossier = await read_dossier(desk.session, numero, perimetre=agent, tools=desk.tools)
    await answer_attestation(desk.session, numero, perimetre=agent, tools=desk.tools)

    assert (etape.cle, routed.etapes, routed.terminee) == ("router:1", [], False)
    assert dossier.attestation is not None
    assert (dossier.attestation["issue"], dossier.attestation["ligne"]) == ("DEPOT_COMPTE_AMELI", "2")
    assert (await engine.read_situation(desk.session, numero, Processus.DELIVRANCE_ATTESTATION, tools=desk.tools)).terminee


async def _given_to_the_partner(desk: Desk) -> NumeroDemande:
    """An attestation that its agent routed again, the person having no account: row 11."""
    numero = await desk.file(offre="demander_document", motif="doc_attestation_droits", precisions={"qualite_partenaire": "tuteur"})
    database = OneTransaction(desk.session)
    await engine.perform_etape(database, numero, "ameli", tools=desk.tools)
    await engine.perform_etape(database, numero, "router:1", tools=desk.tools)
    agent = await desk.as_(desk.agent)
    await set_attestation(desk.session, numero, AttestationFaits(compte=CompteAmeli.AUCUN), perimetre=agent, tools=desk.tools)
    await engine.perform_etape(database, numero, "router:2", tools=desk.tools)
    return numero


async def test_an_agent_who_says_which_account_has_it_routed_again(desk: Desk) -> None:
    numero = await _given_to_the_partner(desk)

    dossier = await read_dossier(desk.session, numero, perimetre=await desk.as_(desk.agent), tools=desk.tools)
    assert dossier.attestation is not None
    assert (dossier.attestation["issue"], dossier.attestation["ligne"]) == ("PJ_PARTENAIRE", "11")
    assert dossier.peut_recevoir_pieces


async def test_an_attestation_to_be_given_to_the_partner_goes_with_the_answer(desk: Desk) -> None:
    numero = await _given_to_the_partner(desk)
    agent = await desk.as_(desk.agent)
    sans = MessageAgentRequest(genre="reponse_finale", texte="Voici votre réponse.")
    avec = sans.model_copy(update={"pieces": [desk.receipt(agent)]})

    with pytest.raises(AttestationMissingError):
        await post_message_agent(desk.session, numero, sans, perimetre=agent, tools=desk.tools)
    await post_message_agent(desk.session, numero, avec, perimetre=agent, tools=desk.tools)

    assert (await read_dossier(desk.session, numero, perimetre=agent, tools=desk.tools)).statut == "RESOLU"


async def test_a_requalified_demande_leaves_with_its_files_and_its_redacted_comment(desk: Desk) -> None:
    """Domain §5.1: the old path of attestations, in the Var."""
    numero = await desk.file(pieces=1)
    agent = await desk.as_(desk.agent)
    premier = (await read_dossier(desk.session, numero, perimetre=agent, tools=desk.tools)).messages[0]

    await requalify_demande(desk.session, numero, "demander_document", "doc_attestation_droits", perimetre=agent, tools=desk.tools)
    await redact_message(desk.session, numero, premier.id, perimetre=agent, tools=desk.tools)

    dossier = await read_dossier(desk.session, numero, perimetre=agent, tools=desk.tools)
    assert (dossier.motif, len(dossier.pieces), dossier.commentaire) == (
        "doc_attestation_droits",
        1,
        "[Contenu retiré par la caisse]",
    )
    assert "requalifiee" in [fait for fait, _ in await desk.facts()]


async def test_an_operator_s_act_is_recorded_once_and_honoured(desk: Desk) -> None:
    numero = await desk.file()
    hold = Operation(type="hold", operateur="exploitant", motif="panne")
    await desk.as_(systeme(CAISSE))

    first = await engine.record_operation(desk.session, numero, hold, "traitement-demande:x/1", processus=TRAITEMENT, tools=desk.tools)
    again = await engine.record_operation(desk.session, numero, hold, "traitement-demande:x/1", processus=TRAITEMENT, tools=desk.tools)
    moved = await engine.record_operation(
        desk.session,
        numero,
        Operation(type="extend_echeance", operateur="x", motif="y", cle="resolution:100", echue_le=desk.clock.now()),
        "traitement-demande:x/2",
        processus=TRAITEMENT,
        tools=desk.tools,
    )

    assert (first.suspendu, again.version) == (True, first.version)
    assert moved.echeances[0].cle == "resolution:100"


async def test_a_process_that_has_not_looked_for_thirty_seconds_is_told_again_ever_more_rarely(desk: Desk) -> None:
    numero = await desk.file()
    perimetre = await desk.as_(systeme(CAISSE))

    told = []
    for seconds in (29, 1, 29, 1, 59, 1):
        desk.clock.at += timedelta(seconds=seconds)
        told.append(await remind_process(desk.session, perimetre=perimetre, tools=desk.tools))
    await engine.read_situation(desk.session, numero, TRAITEMENT, tools=desk.tools)
    desk.clock.at += timedelta(hours=1)

    assert told == [0, 1, 0, 1, 0, 1]
    assert await remind_process(desk.session, perimetre=perimetre, tools=desk.tools) == 0


async def test_a_verdict_that_comes_first_waits_for_its_file(desk: Desk) -> None:
    numero = await desk.file()
    partenaire = await desk.as_(desk.partenaire)
    jointe = desk.receipt(partenaire)
    await say(desk, "infectee", desk.id_of(jointe), structure=str(HABILITEE))
    await desk.as_(desk.partenaire)

    await post_message_partenaire(desk.session, numero, MessageRequest(pieces=[jointe]), perimetre=partenaire, tools=desk.tools)

    vue = await read_demande(desk.session, numero, perimetre=partenaire, tools=desk.tools)
    assert [piece.etat for piece in vue.pieces] == ["infectee"]


async def test_a_filing_opens_without_the_file_that_a_message_of_another_demande_already_holds(desk: Desk) -> None:
    """The same receipt, in a message then in a filing: the agents must see the filing all the same."""
    premiere = await desk.file()
    partenaire = await desk.as_(desk.partenaire)
    jointe = desk.receipt(partenaire)
    await post_message_partenaire(desk.session, premiere, MessageRequest(pieces=[jointe]), perimetre=partenaire, tools=desk.tools)

    seconde = await desk.file(pieces=1, deja_recue=jointe)

    agent = await desk.as_(desk.agent)
    tenante = await read_dossier(desk.session, premiere, perimetre=agent, tools=desk.tools)
    ouverte = await read_dossier(desk.session, seconde, perimetre=agent, tools=desk.tools)
    assert [piece.id for piece in tenante.pieces] == [desk.id_of(jointe)]
    assert [piece.nom for piece in ouverte.pieces] == ["piece0.pdf"]
    assert [ligne.detail for ligne in ouverte.journal if ligne.acte == "leave_out_piece_jointe"] == ["piece1.pdf"]


async def test_a_message_cannot_join_the_file_that_another_demande_holds(desk: Desk) -> None:
    jointe = desk.receipt(await desk.as_(desk.partenaire))
    await desk.file(deja_recue=jointe)
    numero = await desk.file()
    partenaire = await desk.as_(desk.partenaire)

    with pytest.raises(PieceAlreadyJoinedError):
        await post_message_partenaire(desk.session, numero, MessageRequest(pieces=[jointe]), perimetre=partenaire, tools=desk.tools)


async def test_every_fact_names_the_agent_who_handles_the_demande_now(desk: Desk) -> None:
    """After a reassignment the partner's answer is for the new agent, and never for the superviseur who gave it."""
    numero = await desk.file()
    await take_in_charge(desk.session, numero, perimetre=await desk.as_(desk.agent), tools=desk.tools)
    await take_in_charge(desk.session, await desk.file(), perimetre=await desk.as_(desk.autre_agent), tools=desk.tools)
    superviseur = await desk.as_(desk.superviseur)

    await assign(desk.session, numero, desk.autre_agent.acteur_id, "MODELE Paul", perimetre=superviseur, tools=desk.tools)
    partenaire = await desk.as_(desk.partenaire)
    await post_message_partenaire(desk.session, numero, MessageRequest(texte="Voici."), perimetre=partenaire, tools=desk.tools)

    told = [(fait, data["agent_id"]) for fait, data in await desk.facts() if fait != "ouverte" and data["numero"] == numero]
    premier, second = str(desk.agent.acteur_id), str(desk.autre_agent.acteur_id)
    assert told == [("prise_en_charge", premier), ("evoluee", second), ("complement_recu", second)]


async def test_a_demande_is_given_only_to_an_agent_who_serves_its_queue(desk: Desk) -> None:
    """Otherwise it leaves « à prendre en charge » for somebody who would find nothing."""
    await take_in_charge(desk.session, await desk.file(), perimetre=await desk.as_(desk.agent), tools=desk.tools)
    await take_in_charge(desk.session, await desk.file(motif="saisine_mas"), perimetre=await desk.as_(desk.conseiller), tools=desk.tools)
    saisine, ordinaire = await desk.file(motif="saisine_mas"), await desk.file()
    superviseur = await desk.as_(desk.superviseur)

    with pytest.raises(AgentNotServingError):
        await assign(desk.session, saisine, desk.agent.acteur_id, "EXEMPLE Anne", perimetre=superviseur, tools=desk.tools)
    await assign(desk.session, ordinaire, desk.conseiller.acteur_id, "MAS Morgan", perimetre=superviseur, tools=desk.tools)
    await assign(desk.session, saisine, superviseur.acteur_id, "VIGIE Dominique", perimetre=superviseur, tools=desk.tools)

    dossiers = [await read_dossier(desk.session, numero, perimetre=superviseur, tools=desk.tools) for numero in (ordinaire, saisine)]
    assert [dossier.agent_nom for dossier in dossiers] == ["MAS Morgan", "VIGIE Dominique"]


async def test_a_piece_of_information_is_told_to_the_partner(desk: Desk) -> None:
    numero = await desk.file()
    agent = await desk.as_(desk.agent)

    message = MessageAgentRequest(genre="information", texte="Votre dossier suit son cours.")
    await post_message_agent(desk.session, numero, message, perimetre=agent, tools=desk.tools)

    assert [(fait, data["message_caisse"]) for fait, data in await desk.facts()] == [("ouverte", False), ("evoluee", True)]


async def test_the_consent_is_shown_with_who_collected_it_and_its_words(desk: Desk) -> None:
    """Domain §4.3."""
    numero = await desk.file(motif="saisine_mas")

    dossier = await read_dossier(desk.session, numero, perimetre=await desk.as_(desk.conseiller), tools=desk.tools)

    assert dossier.consentement is not None
    assert dossier.consentement.recueilli_par_nom == "FICTIF Camille"
    assert dossier.consentement.texte.startswith("J'atteste avoir informé la personne")


async def test_rg11_the_reason_of_a_file_holds_no_social_security_number(desk: Desk) -> None:
    """RG-11: free text like the message itself."""
    numero = await desk.file()
    partenaire = await desk.as_(desk.partenaire)
    jointe = desk.receipt(partenaire).model_copy(update={"justification": "Carte vitale 1841276451089 46"})

    with pytest.raises(NirFoundError) as refused:
        await post_message_partenaire(desk.session, numero, MessageRequest(pieces=[jointe]), perimetre=partenaire, tools=desk.tools)

    assert [champ.champ for champ in refused.value.fields] == ["pieces"]


async def test_who_looked_at_a_demande_is_forgotten_even_if_nobody_opens_it_again(desk: Desk) -> None:
    """UX-A06: worth a minute; what stays would say who worked when."""
    numero = await desk.file()
    await watch_demande(desk.session, numero, perimetre=await desk.as_(desk.agent), tools=desk.tools)
    perimetre = await desk.as_(systeme(CAISSE))
    now = await forget_presences(desk.session, perimetre=perimetre, clock=desk.clock)
    desk.clock.at += timedelta(minutes=2)

    assert (now, await forget_presences(desk.session, perimetre=perimetre, clock=desk.clock)) == (0, 1)
