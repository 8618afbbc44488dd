"""The master ring turns without a stop: files sealed before stay readable, and the older key may then be dropped."""

import base64
import os

from services.attachment.domain.piece_jointe import MotifDestruction
from services.attachment.operations.download_piece_jointe import Telechargement
from services.attachment.ports.encryption import MasterKeyRing
from services.attachment.store.pieces_jointes import find_wrapped_by_others, save_piece_jointe
from tests.corpus.pdfs import pdf_by_hand
from tests.integration.attachment.atelier import Atelier

CONTENU = pdf_by_hand("Votre attestation")


async def test_a_fichier_survives_the_rotation_of_its_master_key(atelier: Atelier) -> None:
    recu = await atelier.published(contenu=CONTENU)
    ancienne = {kid: base64.b64decode(cle.get_secret_value()) for kid, cle in atelier.settings.master_keys.items()}
    nouvelle = {"test-b": os.urandom(32)}
    anneau = MasterKeyRing(ancienne | nouvelle, "test-b")

    async with atelier.database.transaction(atelier.systeme) as session:
        for piece in await find_wrapped_by_others(session, anneau.active, atelier.systeme, limit=10_000):
            if piece.id == recu.id:
                piece.cle = anneau.rewrap(piece)
                await save_piece_jointe(session, piece)

    sans_l_ancienne = Telechargement(
        database=atelier.database, keys=MasterKeyRing(nouvelle, "test-b"), clean=atelier.settings.serve_bucket(), clock=atelier.clock
    )
    servi = await sans_l_ancienne.serve(recu.id, perimetre=atelier.partenaire())

    assert servi.contenu == CONTENU
    await atelier.destruction().destroy(recu.id, MotifDestruction.PURGE, perimetre=atelier.systeme)  # its key is this test's alone
