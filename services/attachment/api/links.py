"""Download links: a signed statement of who may read what, for a minute; nothing is stored (trust §2.6)."""

import json
from datetime import datetime, timedelta
from uuid import UUID

from joserfc.jwk import OKPKey

from services.attachment.domain.errors import TelechargementNotFoundError
from shared.contracts.base import Contract
from shared.contracts.perimetre import Perimetre, Role
from shared.kernel.clock import Clock
from shared.kernel.errors import RuleError
from shared.kernel.identifiers import CaisseCode, CompteId, PieceJointeId, StructureId
from shared.plumbing.signatures import StatementSigner, StatementVerifier


class LienTelechargement(Contract):
    """Ids only: the link is seen by proxies. `usage` keeps a receipt, signed by the same key, from passing for a link."""

    usage: str
    telechargement: UUID
    compte: UUID
    caisse: str
    role: Role
    structure: UUID | None


_USAGE = "telechargement"


class Links:
    """Makes and reads links with the service's own key."""

    def __init__(self, private_key_jwk: str, public_url: str, life: timedelta, clock: Clock) -> None:
        key = OKPKey.import_key(json.loads(private_key_jwk))
        self._signer = StatementSigner(private_key_jwk)
        self._verifier = StatementVerifier(json.dumps(key.as_dict(private=False)))
        self._public_url, self._life, self._clock = public_url.rstrip("/"), life, clock

    def make(self, piece_jointe_id: PieceJointeId, perimetre: Perimetre) -> tuple[str, datetime]:
        """The URL, and the instant from which it is no longer believed."""
        now = self._clock.now()
        lien = LienTelechargement(
            usage=_USAGE,
            telechargement=piece_jointe_id,
            compte=perimetre.acteur_id,
            caisse=perimetre.caisse_code,
            role=perimetre.role,
            structure=perimetre.structure_id,
        )
        jeton = self._signer.sign(lien, now=now, life=self._life)
        return f"{self._public_url}/telechargements/{jeton}", now + self._life

    def read(self, jeton: str) -> tuple[PieceJointeId, Perimetre]:
        """What to serve, to whom. Raises: TelechargementNotFoundError when it is forged or over."""
        try:
            lien = self._verifier.read(jeton, LienTelechargement, now=self._clock.now())
        except RuleError as error:
            raise TelechargementNotFoundError from error
        if lien.usage != _USAGE:
            raise TelechargementNotFoundError
        perimetre = Perimetre(
            caisse_code=CaisseCode(lien.caisse),
            role=lien.role,
            compte_id=CompteId(lien.compte),
            structure_id=None if lien.structure is None else StructureId(lien.structure),
        )
        return PieceJointeId(lien.telechargement), perimetre
