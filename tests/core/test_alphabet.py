"""Where names stand in a list."""

import pytest

from core.alphabet import LONGEST, name_key

pytestmark = pytest.mark.anywhere


def test_capitals_accents_and_infixes_do_not_count():
    names = [("Zwart", ""), ("aalbers", ""), ("Öz", ""), ("van der Berg", ""), ("Oud", "")]
    assert [last for last, _first in sorted(names, key=lambda name: name_key(*name))] == [
        "aalbers",
        "van der Berg",
        "Oud",
        "Öz",
        "Zwart",
    ]


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("van der Berg", "berg"),
        ("Van Der Berg", "berg"),
        ("van  der  Berg", "berg"),
        ("v.d. Berg", "berg"),
        ("v. d. Berg", "berg"),
        ("v.d.Berg", "berg"),
        ("v/d Berg", "berg"),
        ("vd Berg", "berg"),
        ("van den Berg-van Dijk", "berg van dijk"),
        ("Berg van Dijk", "berg van dijk"),
        ("van 't Hof", "hof"),
        ("van’t Hof", "hof"),
        ("in 't Veld", "veld"),
        ("op den Akker", "akker"),
        ("'s-Gravesande", "gravesande"),
        ("’t Hooft", "hooft"),
        ("d'Hondt", "hondt"),
        ("D´Hondt", "hondt"),
        ("d’ Hondt", "hondt"),
        ("de la Cruz", "cruz"),
        ("dos Santos", "santos"),
        ("von der Leyen", "leyen"),
        ("El Amrani", "el amrani"),
        ("Van", "van"),
        ("de", "de"),
        ("Vanderbilt", "vanderbilt"),
        ("Denneman", "denneman"),
        ("Vos", "vos"),
        ("O'Brien–Şahin", "obrien sahin"),
        ("'t", "t"),
        ("李", "李"),
        ("...", ""),
        ("", ""),
    ],
)
def test_a_last_name_counts_from_what_follows_the_infix(name, plain):
    assert name_key(name) == plain


def test_the_first_name_decides_between_people_of_one_name_and_no_other():
    names = [("Berg Jansen", "Aad"), ("Berg", "Zoë"), ("Berg", "Noor"), ("Berg-Jansen", "Aaf")]
    assert sorted(names, key=lambda name: name_key(*name)) == [
        ("Berg", "Noor"),
        ("Berg", "Zoë"),
        ("Berg Jansen", "Aad"),
        ("Berg-Jansen", "Aaf"),
    ]


def test_a_key_always_fits():
    assert len(name_key("ﷺ" * 200, "ß" * 200)) == LONGEST
