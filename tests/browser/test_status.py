"""The person's own page in a real browser."""

import uuid

import pytest

from tests.browser import keyboard
from tests.browser.conftest import PHONE

SIGN_UP = """
from wagtail.models import Locale
from courses.domain import payments, sign_ups
from courses.reading import events, links
event = next(e for e in events.coming(locale=Locale.get_default()) if e.can_sign_up)
who = sign_ups.Application("Lotte", "Meer", "{email}", "0612345678", "hbo")
agreement = sign_ups.Agreement(kind="course", language="{language}")
taken = sign_ups.sign_up(event=event, application=who, agreement=agreement)
payment = payments.start(taken)
print(links.status_path(taken), payment.reference)
"""


BACK = {"nl": "terug/", "en": "back/"}
UNPAID = {
    ("nl", "failed"): "Uw betaling is niet gelukt. Er is niets afgeschreven.",
    ("nl", "canceled"): "De betaling is afgebroken. Er is niets afgeschreven.",
    ("en", "failed"): "Your payment did not succeed. No money has been taken.",
    ("en", "canceled"): "The payment was broken off. No money has been taken.",
}


def begin(live, language="nl"):
    """(path of the page of a person who has begun to pay, reference at the provider)."""
    email = f"lotte-{uuid.uuid4().hex[:8]}@example.nl"
    return live.shell(SIGN_UP.format(email=email, language=language)).split()[-2:]


@pytest.fixture
def begun(live):
    return begin(live)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
@pytest.mark.parametrize(("language", "status"), UNPAID)
def test_who_comes_back_without_having_paid_reads_why_and_can_pay_again(
    open_browser, live, mollie, language, status, javascript
):
    path, reference = begin(live, language)
    mollie.set_status(reference, status)
    page = open_browser(PHONE, java_script_enabled=javascript)
    page.goto(path + BACK[language])

    assert UNPAID[language, status] in page.locator(".status-note").inner_text()
    assert page.locator("main form.pay button").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.record.complaints == []


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_person_moves_to_an_open_date_by_themselves(open_browser, begun, javascript):
    page = open_browser(PHONE, java_script_enabled=javascript)
    page.goto(begun[0])
    keyboard.follow(page, "main a[href*='/verplaatsen/']")
    assert "De prijs blijft gelijk" in page.locator("main").inner_text()
    keyboard.follow(page, "main form button[type=submit]")

    assert "U bent overgezet naar de andere datum." in page.locator(".status-note").inner_text()
    assert page.record.complaints == []


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_person_changes_an_answer(open_browser, begun, javascript):
    page = open_browser(PHONE, java_script_enabled=javascript)
    page.goto(begun[0])
    keyboard.follow(page, "main a[href$='/antwoorden/']")
    page.locator("[name=lunch]").select_option("Vegetarisch")
    keyboard.write(page, "remarks", "Ik kom met de trein.")
    keyboard.follow(page, "main form button[type=submit]")

    assert page.locator(".status-note").inner_text() == "Uw wijzigingen zijn bewaard."
    page.goto(f"{begun[0]}antwoorden/")
    assert page.locator("[name=lunch]").input_value() == "Vegetarisch"
    assert page.record.complaints == []


def test_a_page_that_waits_for_the_bank_reloads_until_it_knows(phone, mollie, begun):
    from playwright.sync_api import expect

    path, reference = begun
    phone.goto(f"{path}terug/")
    expect(phone.locator("h1")).to_have_text("Uw betaling wordt verwerkt")

    mollie.set_status(reference, "paid")

    expect(phone.locator("h1")).to_have_text("Uw plaats is definitief", timeout=20_000)
    assert "waiting" not in phone.url
    assert phone.record.complaints == []


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_person_can_cancel_with_the_keyboard_alone(open_browser, begun, javascript):
    page = open_browser(PHONE, java_script_enabled=javascript)
    page.goto(begun[0])
    keyboard.follow(page, "main a[href$='/annuleren/']")
    assert "U krijgt terug" in page.locator("main").inner_text()
    keyboard.follow(page, "main form button[type=submit]")

    assert page.locator("h1").inner_text() == "U hebt uw inschrijving geannuleerd"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.record.complaints == []
