"""Drafts: saved as they are typed, incomplete or invalid alike, by the account that types (ux D01 to D09)."""

import re
from typing import Final
from uuid import UUID

from services.intake.domain.errors import (
    BrouillonModifiedError,
    BrouillonNotFoundError,
    BrouillonTooLargeError,
    DepotRefusedError,
    OffreNotFoundError,
    ValeurRefusedError,
)
from services.intake.operations.check_pieces import Recus, champ_of, read_recu
from services.intake.operations.droits import Acte, check_right
from services.intake.store import brouillons
from services.intake.store.brouillons import BrouillonEnregistre
from shared.contracts.http.intake import BrouillonRequest, BrouillonVue, PieceJointeRequest, PieceVue
from shared.contracts.perimetre import Perimetre
from shared.kernel.clock import Clock
from shared.kernel.errors import FieldError
from shared.kernel.identifiers import new_id
from shared.plumbing.audit import record_act
from shared.plumbing.database import AsyncSession

# Several times the largest honest form: a comment of 5 000 four-byte characters and eight receipts.
_MAX_BYTES: Final = 96 * 1024
_OFFRE: Final = re.compile(r"[a-z0-9_]{1,60}")


async def list_brouillons(session: AsyncSession, *, perimetre: Perimetre) -> list[BrouillonVue]:
    """The account's own drafts, newest first."""
    check_right(perimetre, Acte.KEEP_BROUILLON)
    return [_view(brouillon) for brouillon in await brouillons.list_brouillons(session, perimetre)]


async def read_brouillon(session: AsyncSession, brouillon_id: UUID, *, perimetre: Perimetre) -> BrouillonVue:
    """One draft of the account. Raises: BrouillonNotFoundError."""
    check_right(perimetre, Acte.KEEP_BROUILLON)
    return _view(await _get(session, brouillon_id, perimetre))


async def start_brouillon(
    session: AsyncSession, requete: BrouillonRequest, *, perimetre: Perimetre, recus: Recus, clock: Clock
) -> BrouillonVue:
    """A new draft, version 1. Raises: BrouillonTooLargeError; DepotRefusedError for a receipt that is not valid."""
    check_right(perimetre, Acte.KEEP_BROUILLON)
    requete, now = _checked(requete), clock.now()
    vue = BrouillonVue(
        id=new_id(),
        offre=requete.offre,
        contenu=requete.contenu,
        pieces=_pieces(requete.pieces, [], recus, perimetre, clock),
        version=1,
        cree_le=now,
        modifie_le=now,
    )
    await brouillons.insert_brouillon(session, _stored(vue), perimetre)
    await record_act(session, perimetre, "start_brouillon", objet="brouillon", objet_id=str(vue.id), now=now)
    return vue


async def save_brouillon(
    session: AsyncSession, brouillon_id: UUID, requete: BrouillonRequest, *, perimetre: Perimetre, recus: Recus, clock: Clock
) -> BrouillonVue:
    """The draft as it stands now.

    Raises: BrouillonNotFoundError; BrouillonModifiedError with what another tab saved; those of `start_brouillon`.
    """
    check_right(perimetre, Acte.KEEP_BROUILLON)
    requete = _checked(requete)
    avant = _view(await _get(session, brouillon_id, perimetre))
    vue = BrouillonVue(
        id=brouillon_id,
        offre=requete.offre,
        contenu=requete.contenu,
        pieces=_pieces(requete.pieces, avant.pieces, recus, perimetre, clock),
        version=requete.version + 1,
        cree_le=avant.cree_le,
        modifie_le=clock.now(),
    )
    if not await brouillons.replace_brouillon(session, _stored(vue), perimetre, depuis=requete.version):
        meanwhile = _view(await _get(session, brouillon_id, perimetre))
        raise BrouillonModifiedError(meanwhile.model_dump(mode="json"))
    return vue


async def delete_brouillon(session: AsyncSession, brouillon_id: UUID, *, perimetre: Perimetre, clock: Clock) -> None:
    """The draft goes at once, for good. Raises: BrouillonNotFoundError."""
    check_right(perimetre, Acte.KEEP_BROUILLON)
    if not await brouillons.delete_brouillon(session, brouillon_id, perimetre):
        raise BrouillonNotFoundError(brouillon_id)
    await record_act(session, perimetre, "delete_brouillon", objet="brouillon", objet_id=str(brouillon_id), now=clock.now())


async def _get(session: AsyncSession, brouillon_id: UUID, perimetre: Perimetre) -> BrouillonEnregistre:
    brouillon = await brouillons.get_brouillon(session, brouillon_id, perimetre)
    if brouillon is None:
        raise BrouillonNotFoundError(brouillon_id)
    return brouillon


def _checked(requete: BrouillonRequest) -> BrouillonRequest:
    """The draft as it can be kept: PostgreSQL stores every character but NUL. Raises: OffreNotFoundError, BrouillonTooLargeError."""
    if not _OFFRE.fullmatch(requete.offre):
        raise OffreNotFoundError(requete.offre)
    if len(requete.model_dump_json().encode()) > _MAX_BYTES:
        raise BrouillonTooLargeError
    return BrouillonRequest.model_validate(_without_nul(requete.model_dump()))


def _without_nul(valeur: object) -> object:
    if isinstance(valeur, str):
        return valeur.replace("\x00", "")
    if isinstance(valeur, list):
        return [_without_nul(element) for element in valeur]
    if isinstance(valeur, dict):
        return {_without_nul(cle): _without_nul(element) for cle, element in valeur.items()}
    return valeur


def _pieces(
    demandees: list[PieceJointeRequest], connues: list[PieceVue], recus: Recus, perimetre: Perimetre, clock: Clock
) -> list[PieceVue]:
    """The files with their names; a receipt the draft already holds is believed even when it has aged since."""
    par_recu = {piece.recu: piece for piece in connues}
    pieces: list[PieceVue] = []
    for rang, demandee in enumerate(demandees):
        if connue := par_recu.get(demandee.recu):
            pieces.append(connue.model_copy(update={"type": demandee.type, "justification": demandee.justification}))
            continue
        try:
            contenu = read_recu(demandee.recu, recus, perimetre, now=clock.now())
        except ValeurRefusedError as error:
            raise DepotRefusedError((FieldError(champ_of(rang), error.message, error.code),)) from error
        pieces.append(
            PieceVue(
                id=str(contenu.id),
                nom=contenu.nom,
                taille_octets=contenu.taille_octets,
                recu=demandee.recu,
                type=demandee.type,
                justification=demandee.justification,
            )
        )
    return pieces


def _stored(vue: BrouillonVue) -> BrouillonEnregistre:
    return BrouillonEnregistre(
        id=vue.id,
        offre=vue.offre,
        contenu=dict(vue.contenu),
        pieces=[piece.model_dump(mode="json") for piece in vue.pieces],
        version=vue.version,
        cree_le=vue.cree_le,
        modifie_le=vue.modifie_le,
    )


def _view(brouillon: BrouillonEnregistre) -> BrouillonVue:
    return BrouillonVue.model_validate(
        {
            "id": brouillon.id,
            "offre": brouillon.offre,
            "contenu": brouillon.contenu,
            "pieces": brouillon.pieces,
            "version": brouillon.version,
            "cree_le": brouillon.cree_le,
            "modifie_le": brouillon.modifie_le,
        }
    )
