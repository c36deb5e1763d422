"""Staff write to the people of a date in the CMS, and the worker sends what they previewed."""

import json

import pytest

PEOPLE = """
import json
from courses.models import SignUp
from tests import factories
from courses.reading import events
from wagtail.models import Locale
event = events.coming(locale=Locale.get_default())[2]
for name, address in (("Łukasz", "lukasz@example.org"), ("Noor", "noor@example.org")):
    filled_in = factories.somebody(first_name=name, email=address)
    factories.sign_up(event, filled_in)
event.roster.sign_ups.update(state="confirmed", hold_until=None)
print(json.dumps(event.roster.pk))
"""


@pytest.fixture(scope="module")
def roster(live):
    return json.loads(live.shell(PEOPLE).strip().splitlines()[-1])


def write(page, words):
    editor = page.locator(".public-DraftEditor-content").first
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.type(words)
    page.wait_for_timeout(1000)  # the editor writes to the form a moment after the last key


def go(page, role, name):
    with page.expect_navigation():
        page.get_by_role(role, name=name).first.click()


def wait_until_sent(page):
    for _second in range(30):
        page.reload()
        outcomes = page.locator(".office-outcomes li").all_inner_texts()
        if [" ".join(text.split()) for text in outcomes] == ["2 verstuurd"]:
            return
        page.wait_for_timeout(1000)
    raise AssertionError(outcomes)


def test_a_mail_is_written_previewed_and_sent(staff, live, roster):
    staff.goto(f"/admin/rosters/{roster}/messages/")
    go(staff, "link", "Een mail schrijven")
    staff.get_by_label("Onderwerp", exact=True).fill("Lunch op {code}")
    write(staff, "Beste {voornaam}")
    go(staff, "button", "Per persoon bekijken")
    assert (
        "{voornaam} wordt in deze mail niet ingevuld"
        in staff.locator(".error-message").inner_text()
    )

    write(staff, "Beste {first_name}, er is lunch.")
    go(staff, "button", "Per persoon bekijken")
    seen = set()
    for step in range(2):
        seen.add(staff.frame_locator("iframe").locator("p").first.inner_text())
        if step == 0:
            go(staff, "link", "Volgende")
    assert seen == {"Beste Łukasz, er is lunch.", "Beste Noor, er is lunch."}

    go(staff, "link", "Door naar versturen")
    assert "2 mensen krijgen deze mail: 2 bevestigd." in staff.locator("main").inner_text()
    go(staff, "button", "Mail 2 mensen")
    assert "2 mensen krijgen deze mail." in staff.locator("main").inner_text()
    wait_until_sent(staff)
    for name, address in (("Łukasz", "lukasz@example.org"), ("Noor", "noor@example.org")):
        mails = [text for text in live.mails_to(address) if "lunch" in text]
        assert [text.splitlines()[0] for text in mails] == [f"Beste {name}, er is lunch."]
    assert [text for text in staff.record.complaints if "Content Security Policy" in text] == []
    assert staff.record.elsewhere == []
