"""B9, A10: unique marks of a person are nowhere but in the record, after a whole scenario."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.story.contenus import contenu, pdf
from deploy.story.programs import Fichier, RefusedError
from tests.e2e.recits import scene, unique_person
from tests.integration.support import RunningStack

pytestmark = pytest.mark.timeout(180)
MARKS = {
    "nom": "ZWCANARINOM",
    "prenom": "ZWCANARIPRENOM",
    "telephone": "+33699887744",
    "commentaire": "ZWCANARICOMMENTAIRE",
    "fichier": "ZWCANARIFICHIER",
    "contenu": "ZWCANARICONTENU",
    "reponse": "ZWCANARIREPONSE",
    "motif": "dossier_c2s",
}


async def test_b9_a10_no_mark_of_a_person_leaves_the_record(stack: RunningStack) -> None:
    """Searched: the engine's database, the bus's files, objects, logs, mails, error bodies."""
    offre = "transmettre_suivre_dossier"
    corps = contenu(offre, unique_person()) | {
        "nom": MARKS["nom"],
        "prenom": MARKS["prenom"],
        "telephone": MARKS["telephone"],
        "commentaire": f"Suivi de la personne. {MARKS['commentaire']}",
    }
    fichier = Fichier(f"{MARKS['fichier']}.pdf", pdf(MARKS["contenu"]), "bulletin_salaire")
    async with scene(stack) as joue:
        accuse = await joue.partenaire.file_demande(offre, corps, fichier)
        await joue.files_in(accuse.numero, ["saine"])
        with pytest.raises(RefusedError) as doublon:  # a refusal that knows the person
            await joue.partenaire.file_demande(offre, corps)
        await joue.agent.ask(accuse.numero, f"Une question. {MARKS['reponse']}")
        reponse = Fichier(f"{MARKS['fichier']}.pdf", pdf(MARKS["contenu"]))
        await joue.agent.resolve(accuse.numero, f"Voici. {MARKS['reponse']}", reponse)
        await joue.files_in(accuse.numero, ["disponible"], sens="recue")

    found = {f"{path.name}: {mark}" for path in _stores(stack) for mark in _marks_in(path)}
    assert found == set()
    assert [mark for mark in MARKS.values() if mark in str(doublon.value.problem)] == []


def _stores(stack: RunningStack) -> Iterator[Path]:
    """Every file of the stack but PostgreSQL's and the secrets."""
    data = stack.layout.data
    for folder in (stack.layout.logs, *(child for child in data.iterdir() if child.name != "postgres")):
        yield from (path for path in ([folder] if folder.is_file() else folder.rglob("*")) if path.is_file())


def _marks_in(path: Path) -> list[str]:
    content = path.read_bytes()
    return [mark for mark in MARKS.values() if mark.encode() in content]
