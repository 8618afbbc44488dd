"""The simulated registry of the demonstration: a JSON file of invented people (`deploy/demo/ameli.json`).

Form: `{"personnes": [{"nom": …, "prenom": …, "date_naissance": "JJ/MM/AAAA", "compte": true}]}`. Somebody who is not in it has no
known account. It pretends to be nothing else.
"""

import asyncio
import json
from pathlib import Path

from services.case.domain.recherche import normalise
from services.case.ports.ameli import PersonneAmeli
from shared.kernel.errors import DependencyUnavailableError

_Cle = tuple[str, str, str]


class JsonRegistreAmeli:
    """Reads the file at each question: it can be changed while the stack runs."""

    def __init__(self, chemin: Path) -> None:
        self._chemin = chemin

    async def has_compte(self, personne: PersonneAmeli) -> bool | None:
        """Raises: DependencyUnavailableError when the file cannot be read."""
        try:
            comptes = await asyncio.to_thread(self._read)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DependencyUnavailableError("ameli registry", "say whether somebody has an account") from error
        return comptes.get(_cle(personne.nom, personne.prenom, personne.date_naissance))

    def _read(self) -> dict[_Cle, bool]:
        lues = json.loads(self._chemin.read_text(encoding="utf-8"))["personnes"]
        return {_cle(ligne["nom"], ligne["prenom"], ligne["date_naissance"]): bool(ligne["compte"]) for ligne in lues}


def _cle(nom: str, prenom: str, date_naissance: str) -> _Cle:
    return normalise(nom), normalise(prenom), date_naissance
