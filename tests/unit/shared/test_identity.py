"""The token between services: 60 seconds, one audience, known fronts only (house §9.7)."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from joserfc.jwk import KeySet, OKPKey

from shared.contracts.http.attachment import ContenuRecu
from shared.contracts.perimetre import Perimetre, Role
from shared.kernel.clock import FixedClock
from shared.kernel.errors import ForbiddenError, RuleError, UnauthenticatedError
from shared.kernel.identifiers import CaisseCode, CompteId, StructureId
from shared.plumbing.identity import TokenSigner, TokenVerifier
from shared.plumbing.signatures import StatementSigner, StatementVerifier

MARDI = datetime(2026, 2, 10, 9, tzinfo=UTC)
GATEWAY = OKPKey.generate_key("Ed25519", {"kid": "gateway"})
INTRUS = OKPKey.generate_key("Ed25519", {"kid": "gateway"})
JWKS = json.dumps(KeySet([OKPKey.import_key(GATEWAY.as_dict(private=False))]).as_dict(private=False))
ANNE = Perimetre(
    caisse_code=CaisseCode("831"),
    role=Role.TECHNICIEN,
    compte_id=CompteId(UUID(int=1)),
    structure_id=StructureId(UUID(int=2)),
    nom="EXEMPLE Anne",
)


def _signer(key: OKPKey = GATEWAY, at: datetime = MARDI) -> TokenSigner:
    return TokenSigner(json.dumps(key.as_dict(private=True)), FixedClock(at))


def _verifier(audience: str = "intake", at: datetime = MARDI) -> TokenVerifier:
    return TokenVerifier(JWKS, audience, FixedClock(at))


def test_a_service_knows_the_person_the_front_speaks_for() -> None:
    token = _signer().for_person(ANNE, "intake")

    assert _verifier().person(f"Bearer {token}") == ANNE


@pytest.mark.parametrize(
    ("header", "verifier"),
    [
        (None, _verifier()),
        ("Basic abc", _verifier()),
        ("Bearer n'importe quoi", _verifier()),
        (f"Bearer {_signer().for_person(ANNE, 'intake')}", _verifier("case")),
        (f"Bearer {_signer().for_person(ANNE, 'intake')}", _verifier(at=MARDI + timedelta(seconds=66))),
        (f"Bearer {_signer(INTRUS).for_person(ANNE, 'intake')}", _verifier()),
    ],
    ids=["none", "scheme", "garbage", "other audience", "expired", "unknown key"],
)
def test_a_token_that_is_not_for_here_and_now_is_refused(header: str | None, verifier: TokenVerifier) -> None:
    with pytest.raises(UnauthenticatedError):
        verifier.person(header)


def test_a_machine_is_no_person_and_a_person_no_machine() -> None:
    machine = f"Bearer {_signer().for_machine('directory')}"
    person = f"Bearer {_signer().for_person(ANNE, 'directory')}"

    assert _verifier("directory").machine(machine).name == "gateway"
    with pytest.raises(ForbiddenError):
        _verifier("directory").person(machine)
    with pytest.raises(ForbiddenError):
        _verifier("directory").machine(person)


def test_a_partner_without_structure_and_an_agent_with_one_cannot_be_said() -> None:
    with pytest.raises(ValueError, match="structure"):
        Perimetre(caisse_code=CaisseCode("831"), role=Role.TECHNICIEN)
    with pytest.raises(ValueError, match="structure"):
        Perimetre(caisse_code=CaisseCode("831"), role=Role.AGENT, structure_id=StructureId(UUID(int=2)))


def _recu() -> ContenuRecu:
    return ContenuRecu(
        id=UUID(int=7), nom="BS.pdf", taille_octets=10, sha256="00", format="pdf", structure=UUID(int=2), caisse="831", compte=UUID(int=1)
    )


def test_an_upload_receipt_is_believed_until_it_is_too_old_and_never_when_altered() -> None:
    signer = StatementSigner(json.dumps(GATEWAY.as_dict(private=True)))
    verifier = StatementVerifier(json.dumps(GATEWAY.as_dict(private=False)))
    signed = signer.sign(_recu(), now=MARDI, life=timedelta(days=30))

    assert verifier.read(signed, ContenuRecu, now=MARDI + timedelta(days=29)) == _recu()
    with pytest.raises(RuleError, match="trop longtemps"):
        verifier.read(signed, ContenuRecu, now=MARDI + timedelta(days=31))
    with pytest.raises(RuleError, match="pas valable"):
        verifier.read(signed[:-4] + "AAAA", ContenuRecu, now=MARDI)
