"""The token between services: 60 seconds, one audience, known fronts only (house §9.7)."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from deploy.local.environment import FRONTS
from shared.contracts.http.attachment import ContenuRecu
from shared.contracts.perimetre import ROLES_CAISSE, ROLES_STRUCTURE, Perimetre, Role
from shared.kernel.clock import FixedClock
from shared.kernel.errors import ForbiddenError, RuleError, UnauthenticatedError
from shared.kernel.identifiers import CaisseCode, CompteId, StructureId
from shared.plumbing.identity import SPEAKS_FOR, TokenSigner, TokenVerifier
from shared.plumbing.signatures import StatementSigner, StatementVerifier

MARDI = datetime(2026, 2, 10, 9, tzinfo=UTC)
GATEWAY = OKPKey.generate_key("Ed25519", {"kid": "gateway"})
INTRUS = OKPKey.generate_key("Ed25519", {"kid": "gateway"})
CASE = OKPKey.generate_key("Ed25519", {"kid": "case"})
GATEWAY_NEXT = OKPKey.generate_key("Ed25519", {"kid": "gateway-2026-b"})
ANNE = Perimetre(
    caisse_code=CaisseCode("831"),
    role=Role.TECHNICIEN,
    compte_id=CompteId(UUID(int=1)),
    structure_id=StructureId(UUID(int=2)),
    nom="EXEMPLE Anne",
)


def _jwks(*keys: OKPKey) -> str:
    return json.dumps(KeySet([OKPKey.import_key(key.as_dict(private=False)) for key in keys]).as_dict(private=False))


JWKS = _jwks(GATEWAY, CASE, GATEWAY_NEXT)


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


def _person(role: Role) -> Perimetre:
    return replace(ANNE, role=role, structure_id=ANNE.structure_id if role in ROLES_STRUCTURE else None)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("key", "believed"), [(GATEWAY, ROLES_STRUCTURE), (GATEWAY_NEXT, ROLES_STRUCTURE), (CASE, ROLES_CAISSE)])
def test_a_front_speaks_for_the_people_who_sign_in_there_and_for_nobody_else(key: OKPKey, believed: frozenset[Role], role: Role) -> None:
    """A stolen key of the front on the Internet makes no agent; no key makes the system."""
    token = f"Bearer {_signer(key).for_person(_person(role), 'intake')}"

    if role in believed:
        assert _verifier().person(token) == _person(role)
    else:
        with pytest.raises(ForbiddenError):
            _verifier().person(token)


def test_every_front_that_is_given_a_key_is_known() -> None:
    assert set(SPEAKS_FOR) == set(FRONTS)


def _forged(header: dict[str, str], claims: dict[str, str]) -> str:
    """What somebody who holds the gateway's key can sign."""
    now = int(MARDI.timestamp())
    person = {"sub": str(UUID(int=1)), "role": "superviseur", "caisse": "831", "aud": "intake", "exp": now + 60}
    return "Bearer " + jwt.encode({"alg": "Ed25519"} | header, person | claims, GATEWAY, algorithms=["Ed25519"])


def test_a_front_does_not_sign_under_the_name_of_the_other() -> None:
    alone = TokenVerifier(_jwks(GATEWAY), "intake", FixedClock(MARDI))
    for verifier, header, claims in (
        (_verifier(), {"kid": "gateway"}, {"iss": "case"}),
        (_verifier(), {"kid": "gateway"}, {}),
        (_verifier(), {"kid": "case"}, {"iss": "case"}),
        (_verifier(), {"kid": "case-2026-b"}, {"iss": "case"}),
        (alone, {}, {"iss": "case"}),
    ):
        with pytest.raises(UnauthenticatedError):
            verifier.person(_forged(header, claims))
    with pytest.raises(UnauthenticatedError):
        _verifier().machine(_forged({"kid": "gateway"}, {"iss": "gateway", "sub": "service:case"}))


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
