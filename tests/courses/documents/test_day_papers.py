"""The attendance list to sign and the badges, as PDF."""

import pikepdf
import pytest
from django.utils import translation

from courses.documents import day_papers
from tests.courses.documents.pdfs import UNUSUAL_NAMES, opened, promises, sheets

pytestmark = pytest.mark.anywhere


def person(name="Meer, Noor van der", organisation=""):
    return {"name": name, "organisation": organisation}


def day(iso="2027-03-21", people=(), **facts):
    return {
        "day": iso,
        "part": "Cursusdagen",
        "starts_at": "9:30",
        "ends_at": "17:00",
        "place": "Dalfsen",
        "venue": "De Bosrand",
        "address": "Bosweg 12, 7721 AB Dalfsen",
        "people": list(people),
    } | facts


def list_of(*days, teachers=("Simon van Woerkom",)):
    return {
        "institute": "Runningtherapie.nl",
        "course": "Driedaagse cursus",
        "code": "RT21032027",
        "teachers": list(teachers),
        "days": list(days),
    }


def badges_for(*people):
    return {
        "institute": "Runningtherapie.nl",
        "course": "Driedaagse cursus",
        "code": "RT21032027",
        "people": list(people),
    }


def badge(first, name=None, organisation=""):
    return {"first": first, "name": name or first, "organisation": organisation}


def parts_of(pdf, kind):
    """The number of elements of this kind (TR, TH, H1) among the tags for screen readers."""

    def count(node):
        if isinstance(node, pikepdf.Array):
            return sum(count(each) for each in node)
        if not isinstance(node, pikepdf.Dictionary):
            return 0
        own = str(node.get("/S", "")) == f"/{kind}"
        return own + (count(node.K) if "/K" in node else 0)

    with opened(pdf) as document:
        return count(document.Root.StructTreeRoot.K)


def words_of_day(**facts):
    with translation.override("nl"):
        return day_papers._list_words(list_of(day(**facts)))["days"][0]


@pytest.mark.parametrize(
    ("made", "title"),
    [
        (
            lambda: day_papers.attendance_list(list_of(day(people=[person()])), "nl"),
            "Presentielijst: Driedaagse cursus, RT21032027",
        ),
        (
            lambda: day_papers.badges(badges_for(badge("Noor")), "nl"),
            "Badges: Driedaagse cursus, RT21032027",
        ),
    ],
    ids=["list", "badges"],
)
def test_lists_and_badges_are_tagged_pdfs_of_the_institute(made, title):
    assert promises(made()) == {
        "title": title,
        "author": ["Runningtherapie.nl"],
        "language": "nl",
        "tagged": True,
        "ua": "1",
        "shows_title": True,
    }


def test_the_head_of_a_list_has_the_facts_of_the_day():
    words = words_of_day(people=[person(), person("Bakker, Bram")])

    assert words["heading"] == "Zondag 21 maart 2027"
    assert words["facts"] == [
        ["Onderdeel", "Cursusdagen"],
        ["Tijd", "9:30 tot 17:00 uur"],
        ["Plaats", "Dalfsen"],
        ["Locatie", "De Bosrand, Bosweg 12, 7721 AB Dalfsen"],
        ["Docenten", "Simon van Woerkom"],
        ["Deelnemers", "2"],
    ]


def test_unknown_facts_are_left_out():
    words = words_of_day(starts_at="", ends_at="", place="", venue="", address="")

    assert [label for label, _value in words["facts"]] == ["Onderdeel", "Docenten", "Deelnemers"]
    assert words_of_day(ends_at="")["facts"][1] == ["Tijd", "vanaf 9:30 uur"]


def test_forty_people_take_two_sheets_with_the_same_header_row():
    people = [person(f"Loper {n}", "Fysio Dalfsen") for n in range(40)]

    pdf = day_papers.attendance_list(list_of(day(people=people)), "nl")

    assert sheets(pdf) == 2
    # A screen reader reads the header row once; on paper it is on both sheets.
    assert (parts_of(pdf, "TH"), parts_of(pdf, "TR")) == (4, 1 + 40 + 4)


def test_without_organisations_there_is_no_column_for_them():
    pdf = day_papers.attendance_list(list_of(day(people=[person()])), "nl")

    assert parts_of(pdf, "TH") == 3


def test_each_day_begins_on_a_new_sheet_with_a_heading():
    pdf = day_papers.attendance_list(
        list_of(day("2027-03-21"), day("2027-03-22"), day("2027-06-05")), "nl"
    )

    assert (sheets(pdf), parts_of(pdf, "H1")) == (3, 3)


def test_a_day_on_which_nobody_is_expected_has_open_rows():
    pdf = day_papers.attendance_list(list_of(day(), teachers=()), "nl")

    assert parts_of(pdf, "TR") == 1 + 4


def test_unusual_names_stay_text_in_a_font_that_has_them():
    people = [person(name, name) for name in UNUSUAL_NAMES]
    pdf = day_papers.attendance_list(list_of(day(people=people)), "nl")
    assert (promises(pdf)["ua"], sheets(pdf)) == ("1", 2)

    pdf = day_papers.badges(
        badges_for(*[badge(name, f"{name} van {name}", name) for name in UNUSUAL_NAMES]), "nl"
    )
    assert (promises(pdf)["ua"], sheets(pdf)) == ("1", 2)


@pytest.mark.parametrize(("people", "expected"), [(1, 1), (10, 1), (11, 2), (40, 4)])
def test_ten_badges_go_on_a_sheet(people, expected):
    pdf = day_papers.badges(badges_for(*[badge(f"Loper {n}") for n in range(people)]), "nl")

    assert sheets(pdf) == expected


def test_a_name_that_fits_in_no_size_is_shortened_and_stays_on_one_badge():
    pdf = day_papers.badges(badges_for(badge("W" * 200, "W" * 441, "W" * 200)), "nl")

    assert sheets(pdf) == 1
    assert day_papers._shortened("W" * 441).endswith("W…")
    assert day_papers._shortened("één\r\nBcc: x") == "één Bcc: x"
