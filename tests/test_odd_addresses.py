"""Whatever is typed into the address bar: no address of the site answers with an error of ours."""

import re

import pytest
from wagtail.models import Page

from tests.access import addresses, table
from tests.access.test_table import allowed, is_listed

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ODD = (
    *("%00", "a%00b", "a" * 1000, "é" * 1000, "%ED%A0%80", "%FF%FE", "%", "%zz", "..", "%2e%2e%2f"),
    *("99999999999999999999999", "-1", "٣", "%0d%0aX: y", "18446744073709551616"),
)
QUERIES = (
    *("q=%00", "q=%ED%A0%80", "q=%FF", "p=99999999999999999999999", "p=-1", "page=a", "token=%00"),
    *("%ED%A0%80=1", "a=1&" * 20_000, "=", "&&&", "q[]=1&q[x]=2", "q=" + "a" * 2000, "next=//x.nl"),
    *("page=%D9%A3", "date=99999-99-99", "waiting=%00", "saved=%ED%B0%80", "q=" + "(" * 500),
)


@pytest.fixture
def status(client, loaded_site):
    client.raise_request_exception = False
    return lambda path, method="get", **given: getattr(client, method)(path, **given).status_code


def public_routes():
    """The routes of the public addresses that have arguments between slashes."""
    return [
        address.route.replace("\\", "").strip("^$")
        for address in addresses.site_addresses()
        if is_listed(address) and allowed(address) in (table.PUBLIC, (table.PUBLIC, table.PUBLIC))
    ]


def filled_in(route, value):
    found = re.sub(r"<[^>]+>|\(\?P<\w+>(?:[^()]|\([^()]*\))*\)", lambda _found: value, route)
    return "/" + re.sub(r"\((?:[^()]|\([^()]*\))*\)", value, found)


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: ascii(odd)[:30])
def test_no_odd_part_of_an_address_is_an_error_of_ours(status, odd):
    paths = {filled_in(route, odd) for route in public_routes() if "<" in route}
    assert len(paths) > 20
    assert {path[:80] for path in paths if status(path) >= 500} == set()


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query[:30])
def test_no_odd_query_is_an_error_of_ours(status, query):
    pages = [page.url for page in Page.objects.live().filter(depth__gt=1).order_by("path")[:8]]
    paths = {"/zoeken/", "/cursus/archief/", "/account/login/", "/inschrijving/", *pages}
    assert {path for path in paths if status(f"{path}?{query}") >= 500} == set()


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: ascii(odd)[:30])
def test_nothing_odd_below_a_page_is_an_error_of_ours(status, odd):
    pages = [page.url for page in Page.objects.live().filter(depth__gt=1).order_by("path")[:8]]
    assert {url for url in pages if status(f"{url}{odd}/") >= 500} == set()


@pytest.mark.parametrize("value", ["a%00b", "%ED%A0%80", "9" * 50, "x" * 10_000])
def test_no_odd_field_is_an_error_of_ours(status, value):
    names = ("q", "id", "email", "step", "code", "name", "website", "shown_at", "idempotency_key")
    body = "&".join(f"{name}={value}" for name in names)
    form = "application/x-www-form-urlencoded"
    paths = {filled_in(route, "a") for route in public_routes()}
    answers = {path: status(path, "post", data=body, content_type=form) for path in paths}
    assert {path for path, answer in answers.items() if answer >= 500} == set()


def test_more_fields_than_any_form_has_are_a_bad_request(status):
    body = "&".join(f"field{number}=1" for number in range(10_001))
    form = "application/x-www-form-urlencoded"
    assert status("/contact/", "post", data=body, content_type=form) == 400


@pytest.mark.parametrize("method", ["put", "delete", "patch", "trace"])
def test_methods_that_the_site_does_not_know_are_refused_briefly(client, loaded_site, method):
    for path in ("/", "/cursus/", "/inschrijving/", "/admin/", "/healthz", "/nergens/"):
        answer = getattr(client, method)(path)
        assert (path, answer.status_code) == (path, 405)
        assert answer["Allow"] == "GET, HEAD, POST, OPTIONS"
        assert len(answer.content) < 200
