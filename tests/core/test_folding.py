"""Names are found as people type them, with the same result on both databases."""

import unicodedata

import pytest
from django.db import connection
from django.db.models.fields.json import KT
from django.utils import timezone

from core.folding import fold, has_every_word, has_part
from core.models import RetentionRun, User

pytestmark = pytest.mark.django_db

FOLDED = {
    "Nguyễn": "nguyen",
    "José": "jose",
    "Łukasz": "lukasz",
    "SØREN": "soren",
    "Đặng": "dang",
    "Guðrún Þórðardóttir": "gudrun thordardottir",
    "Weiß": "weiss",
    "WEIẞ": "weiss",
    "Æbelø": "aebelo",
    "Cœur": "coeur",
    "İnci Kılıç": "inci kilic",
    "Žižek": "zizek",
    "van ’t Hof": "van 't hof",
    "Bakker–de Vries": "bakker-de vries",
    "ΣΩΚΡΆΤΗΣ": "σωκρατησ",
    "Σωκράτης": "σωκρατησ",
    "Чайковский": "чаиковскии",
    "李": "李",
    "06 1234 5678": "06 1234 5678",
    "": "",
}
# Latin with all its accents, Greek and Cyrillic; marks, punctuation, ligatures, wide letters.
LETTERS = [
    *range(0x20, 0x530),
    *range(0x1E00, 0x2070),
    *range(0xFB00, 0xFB07),
    *range(0xFF01, 0xFF5F),
]


def in_database(texts):
    """These texts as the database folds them."""
    row = ", ".join(["folded(%s)"] * len(texts))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {row}", texts)
        return list(cursor.fetchone())


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_accents_and_capitals_are_ignored_in_any_unicode_form(form):
    stored = [unicodedata.normalize(form, name) for name in FOLDED]

    assert in_database(stored) == list(FOLDED.values())


def test_the_database_folds_every_letter_as_python_does():
    texts = [f"{chr(code)}a{chr(code)}" for code in LETTERS]

    for start in range(0, len(texts), 500):
        some = texts[start : start + 500]
        assert in_database(some) == [fold(text) for text in some]


def test_null_stays_null():
    assert in_database([None]) == [None]


@pytest.fixture
def names():
    def found(text, *columns):
        columns = columns or ("first_name", "last_name")
        users = User.objects.filter(has_every_word(text, *columns)).order_by("pk")
        return [user.first_name for user in users]

    people = [("Nguyễn", "Thị"), ("Nguyen", "Anna"), ("100%", "a_b"), ("C:\\x", "'"), ("1000", "")]
    for number, (first, last) in enumerate(people):
        User.objects.create(username=str(number), first_name=first, last_name=last)
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nguyen", ["Nguyễn", "Nguyen"]),
        ("Nguyễn", ["Nguyễn", "Nguyen"]),
        (unicodedata.normalize("NFD", "NGUYỄN"), ["Nguyễn", "Nguyen"]),
        ("guye anna", ["Nguyen"]),
        ("  thi   nguyen ", ["Nguyễn"]),
        ("nguyen niemand", []),
        ("", ["Nguyễn", "Nguyen", "100%", "C:\\x", "1000"]),
    ],
)
def test_every_word_must_be_in_some_column(names, text, found):
    assert names(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("%", ["100%"]),
        ("0%", ["100%"]),
        ("％", ["100%"]),
        ("_", ["100%"]),
        ("1_0", []),
        ("a_b", ["100%"]),
        ("\\", ["C:\\x"]),
        (":\\x", ["C:\\x"]),
        ("'", ["C:\\x"]),
        ("’", ["C:\\x"]),
        ("';--", []),
    ],
)
def test_wildcards_and_quotes_are_taken_literally(names, text, found):
    assert names(text) == found


def test_values_in_json_are_found_too():
    counts = {"name": "Søren", "number": 12}
    run = RetentionRun.objects.create(at=timezone.now(), counts=counts)

    for key, word, found in (
        ("name", "soren", [run]),
        ("name", "x", []),
        ("number", "12", [run]),
        ("absent", "a", []),
    ):
        assert list(RetentionRun.objects.filter(has_part(word, KT(f"counts__{key}")))) == found
