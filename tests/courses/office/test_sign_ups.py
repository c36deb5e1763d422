import unicodedata

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import SignUp
from courses.office.people import listing

LIST = "/admin/sign-ups/"


def names_in(response):
    return [row.sort_name for row in response.context["object_list"]]


def test_the_list_shows_the_newest_first(office, make_sign_up):
    make_sign_up(last_name="Eerste")
    make_sign_up(last_name="Laatste")
    assert names_in(office.get(LIST)) == ["Laatste, Noor", "Eerste, Noor"]


def test_the_list_sorts_by_last_name_without_infix(office, make_sign_up):
    make_sign_up(first_name="Simon", infix="van", last_name="Woerkom")
    make_sign_up(first_name="Bram", last_name="Bakker")
    response = office.get(LIST, {"ordering": "last_name"})
    assert names_in(response) == ["Bakker, Bram", "Woerkom, Simon van"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("noor", ["Meer-Öztürk, Noor van der"]),
        ("noor meer", ["Meer-Öztürk, Noor van der"]),
        ("van der meer", ["Meer-Öztürk, Noor van der"]),
        ("niemand", []),
        ("wang@example", ["Wang, 李"]),
        ("RT", ["Wang, 李", "Meer-Öztürk, Noor van der"]),
    ],
)
def test_a_search_finds_names_addresses_and_codes(office, make_sign_up, query, found):
    make_sign_up(first_name="Noor", infix="van der", last_name="Meer-Öztürk")
    make_sign_up(first_name="李", last_name="Wang", email="wang@example.nl")
    assert names_in(office.get(LIST, {"q": query})) == found


@pytest.mark.parametrize(
    "query", ["nguyen", "NGUYỄN thi", "Nguyễn", "lukasz", "Łukasz", "nguyen rt"]
)
def test_a_search_ignores_accents(office, make_sign_up, query):
    make_sign_up(first_name="Lukasz", last_name="Nguyen Thi")
    make_sign_up(first_name="Łukasz", last_name=unicodedata.normalize("NFC", "Nguyễn Thị"))
    make_sign_up(first_name="Łukasz", last_name=unicodedata.normalize("NFD", "Nguyễn Thị"))
    make_sign_up(first_name="Noor", last_name="Niemand")

    assert len(names_in(office.get(LIST, {"q": query}))) == 3


@pytest.mark.parametrize(
    ("query", "found"), [("%", ["100%, Noor"]), ("_", ["a_b, Noor"]), ("\\", [])]
)
def test_wildcards_in_a_search_are_literal(office, make_sign_up, query, found):
    for last_name in ("100%", "a_b", "Gewoon"):
        make_sign_up(last_name=last_name)

    assert names_in(office.get(LIST, {"q": query})) == found


@pytest.mark.postgres
def test_a_search_uses_the_index(make_sign_up):
    make_sign_up()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    for words in (["nguyễn"], ["noor", "meer"]):
        found = SignUp.objects.order_by().filter(listing.matching(words))
        assert "sign_up_by_part" in found.explain()


def test_filters(office, make_event, make_sign_up):
    other = make_event(title="Cursus Vlieland")
    make_sign_up(last_name="Alumna", kind="alumni", admission="alumni")
    make_sign_up(last_name="Elders", event=other)
    make_sign_up(last_name="Vraagt", admission="exception")
    assert names_in(office.get(LIST, {"kind": "alumni"})) == ["Alumna, Noor"]
    assert names_in(office.get(LIST, {"roster": other.roster.pk})) == ["Elders, Noor"]
    response = office.get(LIST, {"state": ["review"]})
    assert names_in(response) == ["Vraagt, Noor", "Alumna, Noor"]
    assert names_in(office.get(LIST, {"created_at_from": "2999-01-01"})) == []


def test_an_empty_list_says_what_will_happen(office, course):
    assert "Nog niemand heeft zich ingeschreven" in office.get(LIST).text
    assert "Niemand gevonden" in office.get(LIST, {"q": "x"}).text


def test_invalid_filters_are_no_error(office, course):
    for name in ("roster", "state", "kind", "created_at_from", "ordering", "p", "q"):
        assert office.get(LIST, {name: "'; drop\n"}).status_code == 200


def test_nothing_can_be_added_edited_or_deleted(make_client, make_sign_up):
    boss = make_client("superuser")
    sign_up = make_sign_up()
    for path in ("new/", f"edit/{sign_up.pk}/", f"delete/{sign_up.pk}/", f"copy/{sign_up.pk}/"):
        assert boss.post(LIST + path).status_code == 404
    text = boss.get(LIST).text + boss.get(f"{LIST}{sign_up.pk}/").text
    assert "/new/" not in text
    assert f"/delete/{sign_up.pk}" not in text
    assert SignUp.objects.filter(pk=sign_up.pk).exists()


@pytest.mark.parametrize("query", ["", "?q=example", "?state=awaiting_payment"])
def test_the_list_makes_no_more_queries_for_more_people(office, make_sign_up, query):
    asked = []
    for number in (1, 2):
        for _number in range(number):
            make_sign_up()
        office.get(LIST + query)
        with CaptureQueriesContext(connection) as captured:
            shown = office.get(LIST + query)
        assert len(shown.context["object_list"]) == SignUp.objects.count()
        asked.append(len(captured))
    assert asked[0] == asked[1] <= 20
