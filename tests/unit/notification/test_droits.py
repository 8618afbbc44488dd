"""Role × route of notification: both routes need the same right."""

import pytest

from services.notification.operations.droits import check_may_read_avis
from shared.contracts.perimetre import ROLES_STRUCTURE, Perimetre, Role
from shared.kernel.errors import ForbiddenError
from shared.kernel.identifiers import CaisseCode, StructureId, new_id

_REFUSED = {Role.EXPLOITANT, Role.SYSTEME}


@pytest.mark.parametrize("role", list(Role))
def test_operators_and_the_system_have_no_notices(role: Role) -> None:
    structure = StructureId(new_id()) if role in ROLES_STRUCTURE else None
    perimetre = Perimetre(caisse_code=CaisseCode("831"), role=role, structure_id=structure)

    if role in _REFUSED:
        with pytest.raises(ForbiddenError):
            check_may_read_avis(perimetre)
    else:
        check_may_read_avis(perimetre)
