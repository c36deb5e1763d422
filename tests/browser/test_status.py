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
agreement = sign_ups.Agreement(kind="course", language="nl")
taken = sign_ups.sign_up(event=event, application=who, agreement=agreement)
payment = payments.start(taken)
print(links.status_path(taken), payment.reference)
"""


@pytest.fixture
def begun(live):
    """(path of the page of a person who has begun to pay, reference at the provider)."""
    email = f"lotte-{uuid.uuid4().hex[:8]}@example.nl"
    return live.shell(SIGN_UP.format(email=email)).split()[-2:]


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
