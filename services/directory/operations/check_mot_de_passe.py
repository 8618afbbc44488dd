"""Whether a new password is good enough (trust §3): long, any composition, and not among the well known."""

from zxcvbn import zxcvbn

from services.directory.domain.errors import MotDePasseRefusedError

MIN_LENGTH = 12
MIN_LENGTH_ADMINISTRATEUR = 16
MAX_LENGTH = 256
# Below this many guesses (power of ten) an estimator that knows 30,000 passwords and names finds it at once.
_MIN_GUESSES_LOG10 = 7.0
_ESTIMATED_LENGTH = 72  # the estimator's cost grows with the square; what follows only adds strength
# What is left once the words of the house and of the person are taken out must still be something.
_MIN_OWN_CHARACTERS = 6
_CONTEXT = ("caf", "ameli", "cpam", "cnam", "partenaire", "partenaires", "espace", "assurance", "maladie", "sante", "vitale")
_FRENCH = (
    "motdepasse", "azerty", "azertyuiop", "qsdfghjklm", "wxcvbn", "bonjour", "soleil", "doudou", "chouchou", "loulou", "jetaime",
    "marseille", "toulouse", "bordeaux", "lyon", "paris", "france", "nicolas", "camille", "vacances", "chocolat", "princesse",
    "administrateur", "secret", "bienvenue", "changeme", "coucou", "papillon", "tigrou", "loulou", "football", "printemps", "automne",
)  # fmt: skip


def check_mot_de_passe(mot_de_passe: str, *, compte: tuple[str, ...], administrateur: bool = False) -> None:
    """Accept or refuse. `compte`: the words of the account itself (name, first name, e-mail), which make poor passwords.

    Raises: MotDePasseRefusedError.
    """
    minimum = MIN_LENGTH_ADMINISTRATEUR if administrateur else MIN_LENGTH
    if len(mot_de_passe) < minimum:
        raise MotDePasseRefusedError(f"Choisissez un mot de passe d'au moins {minimum} caractères.")
    if len(mot_de_passe) > MAX_LENGTH:
        raise MotDePasseRefusedError(f"Choisissez un mot de passe d'au plus {MAX_LENGTH} caractères.")
    own = [mot for texte in compte for mot in texte.replace("@", ".").split(".") if mot]
    estimate = zxcvbn(mot_de_passe[:_ESTIMATED_LENGTH], user_inputs=[*_CONTEXT, *_FRENCH, *own, *compte])
    if float(estimate["guesses_log10"]) < _MIN_GUESSES_LOG10 or _own_characters(mot_de_passe, own) < _MIN_OWN_CHARACTERS:
        raise MotDePasseRefusedError("Ce mot de passe est trop facile à deviner : choisissez-en un autre.")


def _own_characters(mot_de_passe: str, own: list[str]) -> int:
    """How many letters and digits are neither a word of the house nor of the person."""
    rest = mot_de_passe.casefold()
    for mot in sorted((*_CONTEXT, *(mot.casefold() for mot in own)), key=len, reverse=True):
        rest = rest.replace(mot, " ")
    return sum(character.isalnum() for character in rest)
