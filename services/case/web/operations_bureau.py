"""The desk over the operations of case: one short transaction each, committed before the page is built."""

from uuid import UUID

from services.case.domain.attestation import CompteAmeli, Surcharges
from services.case.domain.charge import CompteCharge
from services.case.domain.demande import CONSENTEMENT_REQUIS
from services.case.domain.orientation import AttestationFaits
from services.case.domain.saisine_mas import IssueMas, TentativeIssue
from services.case.operations import brouillons, handle_attestation, handle_saisine, list_file, post_message, take_in_charge
from services.case.operations.acting import acting
from services.case.operations.droits import Acte, files_of
from services.case.operations.list_charges import list_charges
from services.case.operations.list_file import FiltresFile
from services.case.operations.read_demande import open_piece, read_dossier
from services.case.operations.reopen_demande import reopen_demande
from services.case.operations.requalify_demande import redact_message, requalify_demande
from services.case.operations.tools import Tools
from services.case.operations.watch_demande import watch_demande
from services.case.web.bureau import PAGE, Choix, ChoixFile, Verifications
from shared.contracts.depots import PersonneConcernee
from shared.contracts.http.case import BrouillonMessage, DossierVue, MessageAgentRequest, PageFile
from shared.contracts.perimetre import Perimetre
from shared.contracts.reference import ReferentielCaisse
from shared.kernel.identifiers import CompteId, NumeroDemande
from shared.plumbing.database import Database


class OperationsBureau:
    """What `Bureau` promises, on the record itself."""

    def __init__(self, database: Database, tools: Tools) -> None:
        self._database, self._tools = database, tools

    async def choices(self, agent: Perimetre) -> ChoixFile:
        """As the caisse's own rules say today."""
        async with acting(self._database, agent, Acte.LIST_FILE, "", tools=self._tools) as session:
            return _choices(await list_file.read_referentiel(session, perimetre=agent, tools=self._tools), files_of(agent))

    async def list_file(self, agent: Perimetre, filtres: FiltresFile) -> PageFile:
        """A page of a view."""
        async with acting(self._database, agent, Acte.LIST_FILE, "", tools=self._tools) as session:
            return await list_file.list_file(session, filtres, perimetre=agent, tools=self._tools)

    async def search(self, agent: Perimetre, texte: str, page: int) -> PageFile:
        """By number or name."""
        async with acting(self._database, agent, Acte.LIST_FILE, "", tools=self._tools) as session:
            return await list_file.search_file(session, texte, page=page, taille=PAGE, perimetre=agent, tools=self._tools)

    async def read(self, agent: Perimetre, numero: NumeroDemande) -> DossierVue:
        """The whole demande."""
        async with acting(self._database, agent, Acte.READ_DOSSIER, numero, tools=self._tools) as session:
            return await read_dossier(session, numero, perimetre=agent, tools=self._tools)

    async def open_piece(self, agent: Perimetre, numero: NumeroDemande, piece_id: UUID) -> None:
        """One of its files."""
        async with acting(self._database, agent, Acte.READ_DOSSIER, numero, tools=self._tools) as session:
            await open_piece(session, numero, piece_id, perimetre=agent, tools=self._tools)

    async def watch(self, agent: Perimetre, numero: NumeroDemande) -> tuple[str, list[str]]:
        """Without a trace: it is the same reading that goes on."""
        async with acting(self._database, agent, Acte.READ_DOSSIER, numero, tools=self._tools) as session:
            return await watch_demande(session, numero, perimetre=agent, tools=self._tools)

    async def take(self, agent: Perimetre, numero: NumeroDemande) -> None:
        """Once."""
        async with acting(self._database, agent, Acte.TAKE_IN_CHARGE, numero, tools=self._tools) as session:
            await take_in_charge.take_in_charge(session, numero, perimetre=agent, tools=self._tools)

    async def take_next(self, agent: Perimetre) -> NumeroDemande | None:
        """The most urgent one."""
        async with acting(self._database, agent, Acte.TAKE_IN_CHARGE, "", tools=self._tools) as session:
            return await take_in_charge.take_next(session, perimetre=agent, tools=self._tools)

    async def charges(self, agent: Perimetre) -> list[CompteCharge]:
        """Counted now."""
        async with acting(self._database, agent, Acte.ASSIGN, "", tools=self._tools) as session:
            return await list_charges(session, perimetre=agent, tools=self._tools)

    async def assign(self, agent: Perimetre, numero: NumeroDemande, a_qui: CompteCharge) -> None:
        """From now on it is theirs."""
        async with acting(self._database, agent, Acte.ASSIGN, numero, tools=self._tools) as session:
            await take_in_charge.assign(session, numero, CompteId(a_qui.agent_id), a_qui.nom, perimetre=agent, tools=self._tools)

    async def send(self, agent: Perimetre, numero: NumeroDemande, message: MessageAgentRequest) -> None:
        """A question, a piece of information, a final answer."""
        async with acting(self._database, agent, Acte.POST_MESSAGE_AGENT, numero, tools=self._tools) as session:
            await post_message.post_message_agent(session, numero, message, perimetre=agent, tools=self._tools)

    async def note(self, agent: Perimetre, numero: NumeroDemande, texte: str) -> None:
        """Inside the caisse."""
        async with acting(self._database, agent, Acte.ADD_NOTE, numero, tools=self._tools) as session:
            await post_message.add_note(session, numero, texte, perimetre=agent, tools=self._tools)

    async def read_brouillon(self, agent: Perimetre, numero: NumeroDemande) -> BrouillonMessage:
        """Their own only."""
        async with acting(self._database, agent, Acte.KEEP_BROUILLON, numero, tools=self._tools) as session:
            return await brouillons.read_brouillon(session, numero, perimetre=agent)

    async def save_brouillon(self, agent: Perimetre, numero: NumeroDemande, brouillon: BrouillonMessage) -> None:
        """As it stands."""
        async with acting(self._database, agent, Acte.KEEP_BROUILLON, numero, tools=self._tools) as session:
            await brouillons.save_brouillon(session, numero, brouillon, perimetre=agent, tools=self._tools)

    async def reopen(self, agent: Perimetre, numero: NumeroDemande) -> None:
        """Résolu becomes en cours."""
        async with acting(self._database, agent, Acte.REOPEN, numero, tools=self._tools) as session:
            await reopen_demande(session, numero, perimetre=agent, tools=self._tools)

    async def requalify(self, agent: Perimetre, numero: NumeroDemande, offre: str, motif: str, personne: PersonneConcernee | None) -> None:
        """Another motif."""
        async with acting(self._database, agent, Acte.REQUALIFY, numero, tools=self._tools) as session:
            await requalify_demande(session, numero, offre, motif, personne=personne, perimetre=agent, tools=self._tools)

    async def redact(self, agent: Perimetre, numero: NumeroDemande, message_id: UUID) -> None:
        """The original is destroyed."""
        async with acting(self._database, agent, Acte.REDACT, numero, tools=self._tools) as session:
            await redact_message(session, numero, message_id, perimetre=agent, tools=self._tools)

    async def note_tentative(self, agent: Perimetre, numero: NumeroDemande, canal: str, issue: str) -> None:
        """An attempt, now."""
        async with acting(self._database, agent, Acte.NOTE_TENTATIVE, numero, tools=self._tools) as session:
            await handle_saisine.log_tentative(session, numero, canal, TentativeIssue(issue), perimetre=agent, tools=self._tools)

    async def close_saisine(self, agent: Perimetre, numero: NumeroDemande, issue: str) -> None:
        """The outcome answers."""
        async with acting(self._database, agent, Acte.CLOSE_SAISINE, numero, tools=self._tools) as session:
            await handle_saisine.record_issue(session, numero, IssueMas(issue), perimetre=agent, tools=self._tools)

    async def withdraw_consentement(self, agent: Perimetre, numero: NumeroDemande) -> None:
        """Work stops."""
        async with acting(self._database, agent, Acte.WITHDRAW_CONSENTEMENT, numero, tools=self._tools) as session:
            await handle_saisine.withdraw(session, numero, perimetre=agent, tools=self._tools)

    async def set_compte(self, agent: Perimetre, numero: NumeroDemande, compte: str) -> None:
        """The account the agent found."""
        await self._set_attestation(agent, numero, AttestationFaits(compte=CompteAmeli(compte)))

    async def check_attestation(self, agent: Perimetre, numero: NumeroDemande, verifications: Verifications) -> None:
        """Everything as it stands in the form; a refused procuration stays refused."""
        coches, signee_le = verifications.coches, verifications.date_signature
        faits = AttestationFaits(
            qualite=verifications.qualite,
            surcharges=Surcharges(
                autre_organisme="autre_organisme" in coches,
                beneficiaire_ame="beneficiaire_ame" in coches,
                mineur_ase="mineur_ase" in coches,
                tuteur="tuteur" in coches,
            ),
            procuration_refusee="procuration_refusee" in coches,
            date_signature=signee_le.isoformat() if signee_le else "",
            motif_inaccessibilite=verifications.motif_inaccessibilite,
        )
        await self._set_attestation(agent, numero, faits)

    async def answer_attestation(self, agent: Perimetre, numero: NumeroDemande) -> None:
        """The standard sentence."""
        async with acting(self._database, agent, Acte.ANSWER_ATTESTATION, numero, tools=self._tools) as session:
            await handle_attestation.answer_attestation(session, numero, perimetre=agent, tools=self._tools)

    async def _set_attestation(self, agent: Perimetre, numero: NumeroDemande, faits: AttestationFaits) -> None:
        async with acting(self._database, agent, Acte.SET_ATTESTATION, numero, tools=self._tools) as session:
            await handle_attestation.set_attestation(session, numero, faits, perimetre=agent, tools=self._tools)


def _choices(referentiel: ReferentielCaisse, files: frozenset[str]) -> ChoixFile:
    parametres = referentiel.parametres
    return ChoixFile(
        offres=tuple(Choix(offre.code, offre.libelle) for offre in referentiel.offres),
        motifs=tuple(
            (offre.libelle, tuple(Choix(f"{offre.code}/{motif.code}", motif.libelle) for motif in offre.motifs))
            for offre in referentiel.offres
        ),
        autres_files=frozenset(
            f"{offre.code}/{motif.code}" for offre in referentiel.offres for motif in offre.motifs if motif.file_attente not in files
        ),
        a_deposer=frozenset(
            f"{offre.code}/{motif.code}" for offre in referentiel.offres for motif in offre.motifs if CONSENTEMENT_REQUIS in motif.drapeaux
        ),
        fuseau=parametres.fuseau,
        formats=tuple(parametres.formats_autorises),
        max_fichiers=parametres.max_fichiers,
        max_octets=parametres.max_octets,
        telechargement_jours=parametres.telechargement_jours,
    )
