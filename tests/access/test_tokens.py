"""Every address behind a token is private, and each wrong token gets the same answer."""

import pytest
from bs4 import BeautifulSoup
from django.utils import translation

from tests.access import addresses, things
from tests.access.asking import ANONYMOUS

pytestmark = pytest.mark.anywhere

HEADING = {"nl": "Deze link werkt niet (meer)", "en": "This link does not work (any more)"}
METHODS = ("get", "head", "post")
PRIVATE = {
    "Cache-Control": {"no-store", "private"},
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


def behind_a_token():
    """The addresses of the public site with a `token` in them, whatever app they come from."""
    return [
        address
        for address in addresses.site_addresses()
        if "token" in address.arguments and not address.route.startswith("admin/")
    ]


def wrong_tokens(made, address):
    """One that never was, one cut off, one with a letter too many, and one for another purpose."""
    own = made.buyer_token if address.name.startswith("buyer_") else made.token
    other = made.token if own == made.buyer_token else made.buyer_token
    return {"x": own, "onbekend": own, own[:-1]: own, f"{own}x": own, other: own}


def headers_of(response):
    """Those of `PRIVATE`; of what may be kept only the words that matter."""
    found = {name: response.get(name) for name in PRIVATE}
    words = (found["Cache-Control"] or "").split(", ")
    return found | {"Cache-Control": PRIVATE["Cache-Control"].intersection(words)}


def main(response):
    page = BeautifulSoup(response.content, "html.parser").main
    for field in page.select("input[type=hidden]"):
        field.decompose()
    return page


def test_the_addresses_behind_a_token_are_found():
    names = {address.name for address in behind_a_token()}
    assert {"sign_up_status", "buyer_pay", "sign_up_invoice", "buyer_invoice"} <= names


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("address", behind_a_token(), ids=lambda address: address.name)
def test_it_is_not_kept_not_passed_on_and_not_indexed(made, browser, address, language):
    client = browser(ANONYMOUS)
    with translation.override(language):
        path = things.path(made, address)
    answers = {method: getattr(client, method)(path) for method in METHODS}

    assert {method: headers_of(answer) for method, answer in answers.items()} == dict.fromkeys(
        METHODS, PRIVATE
    )


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("address", behind_a_token(), ids=lambda address: address.name)
def test_a_wrong_token_gets_the_one_page_of_a_dead_link(made, browser, address, language):
    client = browser(ANONYMOUS)
    with translation.override(language):
        path = things.path(made, address)
    seen = set()
    for wrong, own in wrong_tokens(made, address).items():
        for method in ("get", "post"):
            answer = getattr(client, method)(path.replace(own, wrong))
            assert headers_of(answer) == PRIVATE, (wrong, method)
            if method == "post" and answer.status_code == 405:  # nothing can be sent there
                continue
            if answer.status_code == 302:  # a button, asked for like a page
                assert answer["Location"].count(wrong) == 1
                answer = client.get(answer["Location"])
            assert answer.status_code == 404, (wrong, method)
            seen.add(str(main(answer)))

    [page] = seen
    assert BeautifulSoup(page, "html.parser").h1.get_text(strip=True) == HEADING[language]
    assert not any(str(value) in page for value in (made.sign_up.email, made.sign_up.last_name))


@pytest.mark.parametrize(
    "address",
    [address for address in behind_a_token() if str(address.route).endswith("/")],
    ids=lambda address: address.name,
)
def test_nobody_keeps_the_address_when_the_slash_is_missing(made, browser, address):
    path = things.path(made, address)
    answer = browser(ANONYMOUS).get(path.rstrip("/"))

    assert (answer.status_code, answer["Location"]) == (301, path)
    assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("no-store", "no-referrer")
