"""Receiving a file: checked, sealed, in quarantine; or refused with nothing kept (trust §2.6)."""

import asyncio
import hashlib
from dataclasses import dataclass
from uuid import uuid4

from services.attachment.domain.nom_fichier import clean_nom_fichier
from services.attachment.domain.piece_jointe import OriginePieceJointe, PieceJointe
from services.attachment.operations.droits import check_upload
from services.attachment.ports.content_checks import ContentChecks
from services.attachment.ports.encryption import MasterKeyRing
from services.attachment.ports.object_store import ObjectBucket
from services.attachment.store.facts import record_facts
from services.attachment.store.pieces_jointes import add_piece_jointe
from shared.contracts.perimetre import Perimetre
from shared.kernel.clock import Clock
from shared.kernel.identifiers import PieceJointeId, new_id
from shared.plumbing.audit import record_act
from shared.plumbing.database import Database

_AT_ONCE = 4  # a file is held five times over while it is checked, sealed and put; more at once brings no more files a second


@dataclass(frozen=True, slots=True)
class FichierEnvoye:
    """What came in: the name as it was sent, and every byte."""

    nom: str
    contenu: bytes


class Reception:
    """Everything receiving a file needs, built once."""

    def __init__(self, database: Database, checks: ContentChecks, keys: MasterKeyRing, quarantine: ObjectBucket, clock: Clock) -> None:
        self._database, self._checks, self._keys = database, checks, keys
        self._quarantine, self._clock = quarantine, clock
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def receive(self, fichier: FichierEnvoye, *, perimetre: Perimetre) -> PieceJointe:
        """The file, in quarantine and recorded. Bytes first, then the row: a crash between leaves an orphan, never a row without bytes.

        Raises: UploadForbiddenError, FichierRefuseError, DependencyError.
        """
        origine = check_upload(perimetre)
        async with self._places:
            piece = await self._quarantined(fichier, origine, perimetre)
        await self._record(piece, perimetre)
        return piece

    async def _quarantined(self, fichier: FichierEnvoye, origine: OriginePieceJointe, perimetre: Perimetre) -> PieceJointe:
        format_ = await asyncio.to_thread(self._checks.check, fichier.contenu, fichier.nom)
        piece = PieceJointe(
            id=PieceJointeId(new_id()),
            caisse_code=perimetre.caisse_code,
            structure_id=perimetre.structure_id,
            deposee_par=perimetre.acteur_id,
            origine=origine,
            nom=clean_nom_fichier(fichier.nom),
            format=format_,
            taille_octets=len(fichier.contenu),
            sha256=hashlib.sha256(fichier.contenu).hexdigest(),
            cle_objet=uuid4(),
            recue_le=self._clock.now(),
        )
        scelle, piece.cle = self._keys.seal(piece, fichier.contenu)
        await self._quarantine.put(piece.objet, scelle)
        return piece

    async def _record(self, piece: PieceJointe, perimetre: Perimetre) -> None:
        piece.receive(now=piece.recue_le)
        async with self._database.transaction(perimetre) as session:
            await add_piece_jointe(session, piece)
            await record_facts(session, piece)
            await record_act(session, perimetre, "receive_piece_jointe", objet="piece_jointe", objet_id=str(piece.id), now=piece.recue_le)
