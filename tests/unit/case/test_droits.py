"""Who may do what: role × act, deny by default (house §6, domain §2.1, §4)."""

import pytest

from services.case.domain.errors import ActeForbiddenError, DemandeNotFoundError
from services.case.operations.droits import Acte, check_may, check_visible, files_of, is_known_to_serve
from shared.contracts.perimetre import ROLES_STRUCTURE, Perimetre, Role
from shared.kernel.identifiers import CaisseCode
from tests.unit.case.builders import DEMANDEUR, STRUCTURE, un_motif, une_demande

T, A, M, S, P = Role.TECHNICIEN, Role.AGENT, Role.CONSEILLER_MAS, Role.SUPERVISEUR, Role.SERVICE_PARTENARIAT
MATRICE: dict[Acte, set[Role]] = {
    Acte.LIST_DEMANDES: {T},
    Acte.READ_DEMANDE: {T},
    Acte.POST_MESSAGE_PARTENAIRE: {T},
    Acte.KEEP_BROUILLON: {T, A, M, S, P},
    Acte.FOLLOW: {T},
    Acte.LIST_DOCUMENTS: {T},
    Acte.LIST_FILE: {A, M, S, P},
    Acte.READ_DOSSIER: {A, M, S, P},
    Acte.TAKE_IN_CHARGE: {A, M, S, P},
    Acte.ASSIGN: {S},
    Acte.POST_MESSAGE_AGENT: {A, M, S, P},
    Acte.ADD_NOTE: {A, M, S, P},
    Acte.REOPEN: {A, M, S, P},
    Acte.REQUALIFY: {A, M, S, P},
    Acte.REDACT: {A, M, S, P},
    Acte.NOTE_TENTATIVE: {M, S},
    Acte.CLOSE_SAISINE: {M, S},
    Acte.WITHDRAW_CONSENTEMENT: {M, S},
    Acte.SET_ATTESTATION: {A, M, S},
    Acte.ANSWER_ATTESTATION: {A, M, S},
}
FILES = {
    T: set(),
    A: {"generale"},
    M: {"generale", "mas"},
    S: {"generale", "mas", "partenariat"},
    P: {"partenariat"},
}


def perimetre(role: Role) -> Perimetre:
    return Perimetre(
        caisse_code=CaisseCode("831"),
        role=role,
        compte_id=DEMANDEUR,
        structure_id=STRUCTURE if role in ROLES_STRUCTURE else None,
    )


def test_the_matrix_names_every_act() -> None:
    assert set(MATRICE) == set(Acte)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("acte", Acte)
def test_a_role_does_what_the_matrix_says_and_nothing_else(role: Role, acte: Acte) -> None:
    if role in MATRICE[acte]:
        check_may(perimetre(role), acte)
        return
    with pytest.raises(ActeForbiddenError):
        check_may(perimetre(role), acte)


@pytest.mark.parametrize(("role", "files"), FILES.items())
@pytest.mark.parametrize("file_attente", ["generale", "mas", "partenariat"])
def test_a_queue_that_a_role_does_not_serve_is_not_there(role: Role, files: set[str], file_attente: str) -> None:
    demande = une_demande(motif=un_motif(file_attente=file_attente))

    assert files_of(perimetre(role)) == files
    if role is T or file_attente in files:
        check_visible(perimetre(role), demande)
        return
    with pytest.raises(DemandeNotFoundError):
        check_visible(perimetre(role), demande)


@pytest.mark.parametrize(
    ("tenues", "servies"),
    [
        (set(), set()),
        ({"generale"}, {"generale"}),
        ({"mas"}, {"generale", "mas"}),
        ({"partenariat"}, {"partenariat"}),
        ({"generale", "partenariat"}, {"generale", "mas", "partenariat"}),
    ],
)
def test_who_held_demandes_of_some_queues_is_known_to_serve_what_every_such_role_serves(tenues: set[str], servies: set[str]) -> None:
    known = {file for file in ("generale", "mas", "partenariat") if is_known_to_serve(frozenset(tenues), file)}

    assert known == servies
