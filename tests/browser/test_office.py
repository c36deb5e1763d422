"""A day in the office: what staff do in the CMS."""

import csv
import re

import pytest


@pytest.fixture(scope="module")
def state_of(live):
    def read(pk):
        """(the state of the sign-up, the code of its date)."""
        code = (
            "from courses.models import SignUp;"
            f"found = SignUp.objects.get(pk={pk}); print(found.state, found.roster.code)"
        )
        return tuple(live.shell(code).split())

    return read


def press(page, name):
    """Press the button with this name, and wait for the next page."""
    buttons = page.locator("main").locator("button, .button")
    with page.expect_navigation():
        buttons.filter(has_text=re.compile(rf"^\s*{name}\s*$")).first.click()


def said(page):
    return page.locator(".messages").inner_text()


@pytest.fixture(autouse=True)
def no_blocked_code(staff):
    yield
    assert [text for text in staff.record.complaints if "Content Security" in text] == []


def test_the_start_page_leads_to_an_admission_that_waits(staff, live, day, state_of):
    staff.goto("/admin/")
    with staff.expect_navigation():
        staff.get_by_role("link", name=re.compile("wacht op uw toelating")).click()
    with staff.expect_navigation():
        staff.get_by_role("link", name="Horst, Ilse ter").first.click()
    assert "verslavingszorg" in staff.locator("main").inner_text()

    press(staff, "Toelaten")
    press(staff, "Toelaten")

    assert "Ilse ter Horst is toegelaten." in said(staff)
    assert state_of(day["judged"]) == ("awaiting_payment", day["near_code"])
    assert live.mails_to("deelnemer9@example.nl", saying="u kunt deelnemen") != []


def test_a_person_is_moved_to_another_date(staff, day, state_of):
    staff.goto(f"/admin/sign-ups/{day['mover']}/")
    press(staff, "Overzetten naar een andere datum")
    choices = staff.locator("main table a, main table button")
    with staff.expect_navigation():
        choices.last.click()
    code = staff.locator("main").get_by_role("row", name=re.compile("Gaat naar")).inner_text()
    press(staff, "Overzetten naar een andere datum")

    state, now_on = state_of(day["mover"])
    assert state == "confirmed"
    assert now_on in code
    assert now_on != day["far_code"]


def test_a_paid_sign_up_is_cancelled_and_its_refund_waits(staff, day, state_of):
    staff.goto(f"/admin/sign-ups/{day['paid']}/cancel/")
    staff.get_by_label(re.compile("Alles: ")).check()
    press(staff, "Inschrijving annuleren")
    assert state_of(day["paid"]) == ("cancelled", day["near_code"])

    staff.goto("/admin/refunds/")

    assert "Sanne" in staff.locator("main table").inner_text()
    assert "1.195" in staff.locator("main table").inner_text()


def test_a_date_goes_ahead_and_readers_see_it(staff, phone, live, day):
    staff.goto(f"/admin/rosters/{day['far']}/")
    press(staff, "Laten doorgaan")
    press(staff, "Laten doorgaan")

    phone.goto("/cursus/")
    phone.locator(f"main a[href*='{day['far_code'].lower()}']").first.click()

    assert "gaat zeker door" in phone.locator("main").inner_text().lower()


def test_presence_is_ticked_and_certificates_are_issued(staff, live, day):
    staff.goto(f"/admin/rosters/{day['begun']}/presence/")
    for tick in staff.locator("main tbody tr").nth(1).locator("[type=checkbox]").all():
        tick.check()
    press(staff, "Opslaan")

    staff.goto(f"/admin/rosters/{day['begun']}/certificates/")
    for other in staff.locator("main [name=sign_up]").all():
        other.set_checked(other.locator("xpath=..").inner_text().startswith("Daan Bakker"))
    press(staff, "Certificaten uitgeven")

    assert live.mails_to("deelnemer5@example.nl", saying="certificaat") != []


def test_two_people_are_chosen_and_exported(staff, day):
    staff.goto(f"/admin/rosters/{day['begun']}/people/")
    for row in (0, 1):
        staff.locator("main tbody tr").nth(row).locator("[type=checkbox]").check()
    with staff.expect_navigation():
        staff.locator("[data-bulk-action-button]", has_text="xporteren").click()
    with staff.expect_download() as download:
        staff.get_by_role("link", name=re.compile("CSV")).click()

    lines = download.value.path().read_text("utf-8-sig").splitlines()
    rows = list(csv.DictReader(lines, delimiter=";"))
    assert [row["Naam"] for row in rows] == ["Anh, Nguyễn", "Bakker, Daan"]


def test_a_recorded_payment_confirms_a_sign_up(staff, day, state_of):
    staff.goto(f"/admin/sign-ups/{day['waiting']}/")
    press(staff, "Betaling ontvangen")
    press(staff, "Betaling ontvangen")

    assert state_of(day["waiting"]) == ("confirmed", day["near_code"])
