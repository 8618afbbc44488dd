"""Rules of intake that hold for all inputs."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.fr import nir

from services.intake.domain.doublon import Demarche
from services.intake.domain.errors import DepotRefusedError, OffreClosedError, OffreNotFoundError, ValeurRefusedError
from services.intake.domain.nir import candidates, has_nir
from services.intake.domain.numero import DERNIER_RANG, is_numero, number_demande
from services.intake.domain.personne import check_nom, parse_date_naissance, parse_lieu_naissance
from services.intake.domain.sante import health_words
from services.intake.domain.textes import fold, normalize, search_key
from services.intake.operations.check_depot import check_depot
from services.intake.operations.telephones import normalize_telephone
from shared.contracts.http.intake import DepotRequest, PieceJointeRequest
from shared.kernel.identifiers import CaisseCode, StructureId, caisse_of, new_id
from tests.unit.intake.builders import UNE_PERSONNE, FauxRecus, des_regles, un_perimetre, un_referentiel

JOUR = date(2026, 3, 3)
lettres = st.characters(categories=["Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc"])
noms = st.text(st.one_of(lettres, st.sampled_from("-'’ ")), min_size=1, max_size=80)


@given(noms)
def test_ux_f12_whatever_the_script_a_nom_of_letters_is_kept_as_typed(nom: str) -> None:
    if any(c.isalpha() for c in nom):
        assert check_nom(nom, "nom") == nom


@given(st.text(max_size=100))
def test_normalising_twice_changes_nothing_more(texte: str) -> None:
    assert normalize(normalize(texte)) == normalize(texte)
    assert "\r" not in normalize(texte)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzàâäéèêëîïôöùûüÿçœæ' -", max_size=60))
def test_ux_l04_a_search_key_ignores_case_accents_hyphens_and_apostrophes(nom: str) -> None:
    assert search_key(nom) == search_key(nom.upper()) == search_key(fold(nom)) == search_key(nom.replace("-", " ").replace("'", "’"))
    assert search_key(nom).isalnum() or not search_key(nom)


@given(st.integers(0, 31), st.integers(0, 99), st.integers(1900, 2025))
def test_ux_f10_every_lunar_or_civil_date_stands_as_it_is_and_reads_back(jour: int, mois: int, annee: int) -> None:
    texte = f"{jour:02d}/{mois:02d}/{annee}"

    naissance = parse_date_naissance(texte, annee_min=1900, jour=JOUR)

    assert str(naissance) == texte
    assert parse_date_naissance(texte.replace("/", ""), annee_min=1900, jour=JOUR) == naissance
    assert naissance.date_civile is None or f"{naissance.date_civile:%d/%m/%Y}" == texte


@given(st.integers(1, 20_000))
def test_nobody_is_born_tomorrow(jours: int) -> None:
    demain = JOUR + timedelta(days=jours)

    with pytest.raises(ValeurRefusedError):
        parse_date_naissance(f"{demain:%d/%m/%Y}", annee_min=1900, jour=JOUR)


@given(st.text(max_size=40))
def test_whatever_is_typed_a_date_or_a_place_is_read_or_refused_in_words(texte: str) -> None:
    for parse in (lambda: parse_date_naissance(texte, annee_min=1900, jour=JOUR), lambda: parse_lieu_naissance(texte)):
        with suppress(ValeurRefusedError):
            assert str(parse())


corps_nir = st.builds(
    lambda sexe, an, mois, lieu, commune, ordre: f"{sexe}{an:02d}{mois:02d}{lieu}{commune:03d}{ordre:03d}",
    st.sampled_from("12"),
    st.integers(0, 99),
    st.integers(1, 12),
    st.one_of(st.sampled_from(["2A", "2B"]), st.integers(1, 95).filter(lambda d: d != 20).map("{:02d}".format)),
    st.integers(1, 999),
    st.integers(1, 999),
)


@given(
    corps_nir,
    st.sampled_from([" ", "", "-", ".", "  ", "- "]),
    st.sampled_from(["", "Bonjour, ", "n°", "NIR"]),
    st.sampled_from(["", " merci"]),
)
def test_rg_11_every_well_formed_nir_is_found_wherever_it_stands(corps: str, separateur: str, avant: str, apres: str) -> None:
    cle = nir.calc_check_digits(corps)
    autre = f"{(int(cle) % 97) + 1:02d}"

    assert has_nir(f"{avant}{corps}{separateur}{cle}{apres}", nir.calc_check_digits)
    assert has_nir(f"{avant}{corps}{apres}", nir.calc_check_digits)
    assert autre == cle or not has_nir(f"{avant}{corps}{separateur}{autre}{apres}", nir.calc_check_digits)


_telephone = st.builds(
    lambda prefixe, paires, separateur: separateur.join([prefixe, *(f"{paire:02d}" for paire in paires)]),
    st.sampled_from(["06", "07", "04", "+33 6", "+33 1", "+262 692"]),
    st.lists(st.integers(0, 99), min_size=4, max_size=4),
    st.sampled_from(["", " ", ".", "-"]),
)
_numero = st.builds(
    lambda an, caisse, rang: f"{an}{caisse}{rang:05d}", st.integers(20, 48), st.sampled_from(["831", "974"]), st.integers(1, 99999)
)


@given(st.lists(st.one_of(_telephone, _numero), min_size=1, max_size=4), st.sampled_from([" ", "  ", ", ", "/ ", "\n", "n°"]))
def test_rg_11_telephones_and_numbers_of_demandes_are_no_nir(nombres: list[str], entre: str) -> None:
    assert not has_nir(entre.join(nombres), nir.calc_check_digits)


@given(st.text(max_size=300))
def test_rg_11_searching_any_text_ends_and_yields_thirteen_characters(texte: str) -> None:
    assert all(len(corps) == 13 for corps, _ in candidates(texte))
    assert isinstance(health_words(texte), tuple)


@given(st.text(max_size=40))
def test_ux_f13_a_telephone_is_never_refused(texte: str) -> None:
    normalise = normalize_telephone(texte)

    assert normalise == texte or (normalise.startswith("+") and normalise[1:].isdigit())


@given(st.integers(2000, 2099), st.from_regex(r"\A[0-9]{3}\Z"), st.integers(1, DERNIER_RANG), st.integers(1, DERNIER_RANG))
def test_numbers_tell_their_caisse_and_differ_by_their_rank(annee: int, caisse: str, rang: int, autre: int) -> None:
    numero = number_demande(annee, CaisseCode(caisse), rang)

    assert is_numero(numero)
    assert caisse_of(numero) == caisse
    assert (numero == number_demande(annee, CaisseCode(caisse), autre)) == (rang == autre)


@given(st.lists(noms, min_size=4, max_size=4))
def test_bu_5_the_guard_s_key_never_shows_what_it_hashes(valeurs: list[str]) -> None:
    nom, prenom, offre, motif = valeurs
    demarche = Demarche(structure_id=StructureId(new_id()), nom=nom, prenom=prenom, date_naissance="00/00/1950", offre=offre, motif=motif)

    assert len(demarche.key(b"secret")) == 64
    assert demarche.key(b"secret") == demarche.key(b"secret") != demarche.key(b"autre")


_REFERENTIEL = un_referentiel()
_CHAMPS = [*_REFERENTIEL.champs, "justification_sante", "inconnu"]
_OFFRES = {offre.code: [motif.code for motif in offre.motifs] for offre in _REFERENTIEL.offres}
_VALIDES = {**UNE_PERSONNE, "commentaire": "Bonjour.", "modalite_rdv": "physique", "consentement_oral": True}
valeurs = st.one_of(
    st.text(max_size=30),
    st.booleans(),
    st.lists(st.text(max_size=10), max_size=3),
    st.sampled_from(["oui", "on", "true", "renouvellement", "inaccessible", "tuteur", "01/02/2026", "2026-02-01T10:00", "financier"]),
)


@st.composite
def formulaires(draw: st.DrawFn) -> DepotRequest:
    offre = draw(st.sampled_from([*_OFFRES, "inconnue"]))
    motif = draw(st.sampled_from([*_OFFRES.get(offre, []), "inconnu"]))
    typed = draw(st.dictionaries(st.sampled_from(_CHAMPS), valeurs, max_size=8))
    pieces = [PieceJointeRequest(recu=recu, type=draw(st.text(max_size=8))) for recu in draw(st.lists(st.text(max_size=8), max_size=9))]
    return DepotRequest(offre=offre, contenu={**_VALIDES, **typed, "motif": motif}, pieces=pieces)


@given(formulaires())
def test_e1_whatever_a_program_sends_a_form_passes_or_is_refused_in_words(requete: DepotRequest) -> None:
    try:
        verifie = check_depot(requete, des_regles(_REFERENTIEL), un_perimetre(), FauxRecus())
    except DepotRefusedError as refus:
        champs = [faute.champ for faute in refus.fields]
        told = all(faute.message for faute in refus.fields)
    except (OffreNotFoundError, OffreClosedError):
        return
    else:
        champs, told = [], 1 <= len(verifie.commentaire) <= 5_000
    assert told
    assert len(set(champs)) == len(champs)
