"""Signing up with a keyboard only, on the width of a phone, with and without JavaScript."""

import re
import uuid

import pytest
from playwright.sync_api import expect

from tests.browser import keyboard
from tests.browser.conftest import PHONE

SUMMARY = "[role=alert]"
# Chromium logs every response that is not a success.
REFUSED = (
    "Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)"
)


def open_form(page):
    """Go from the home page to the form of the first date."""
    page.goto("/")
    page.keyboard.press("Tab")
    assert keyboard.is_on(page, ".skip")
    page.keyboard.press("Enter")
    keyboard.follow(page, "main a[href='/cursus/']")
    keyboard.follow(page, "main a[href*='/rt']:not([href*=inschrijven])")
    keyboard.follow(page, "main a[href*='/inschrijven/rt']")


def fill_in(page, email, *, with_errors):
    keyboard.write(page, "first_name", "" if with_errors else "Lotte")
    keyboard.write(page, "infix", "van der")
    keyboard.write(page, "last_name", "Meer-Öztürk")
    keyboard.write(page, "email", "lotte@" if with_errors else email)
    keyboard.write(page, "phone", "06 12345678")
    keyboard.choose(page, "admission", "hbo")
    keyboard.choose(page, "buyer", "private")
    keyboard.write(page, "street", "Dorpsstraat 1")
    keyboard.write(page, "postcode", "1234ab")
    keyboard.write(page, "city", "Dalfsen")
    if not with_errors:
        keyboard.tick(page, "consent_0")


def correct(page, email):
    """Correct each error by its link in the list above the form."""
    for name, text in (("first_name", "Lotte"), ("email", email), ("consent_0", None)):
        page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
        page.keyboard.press("Tab")
        keyboard.tab_to(page, f"{SUMMARY} a[href='#id_{name}']")
        page.keyboard.press("Enter")
        page.wait_for_function("name => document.activeElement.name === name", arg=name)
        if text is None:
            page.keyboard.press("Space")
        else:
            page.keyboard.press("Control+A")
            page.keyboard.type(text)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_person_can_sign_up_and_pay_with_the_keyboard_alone(
    open_browser, live, mollie, javascript
):
    page = open_browser(PHONE, java_script_enabled=javascript, goes_to_the_bank=True)
    email = f"lotte-{uuid.uuid4().hex[:8]}@example.nl"
    open_form(page)
    assert fits(page)
    fill_in(page, email, with_errors=True)
    page.wait_for_timeout(2100)
    keyboard.follow(page, "button[value=check]")

    assert page.title().startswith("Fout: ")
    assert fits(page)
    assert page.locator(f"{SUMMARY} a").count() == 3
    if javascript:
        assert keyboard.is_on(page, SUMMARY)
    correct(page, email)
    page.wait_for_timeout(2100)
    keyboard.follow(page, "button[value=check]")

    assert fits(page)
    assert page.locator("main").inner_text().count("Lotte") >= 1
    keyboard.follow(page, "button[formaction='#person']")
    assert page.locator("[name=first_name]").input_value() == "Lotte"
    keyboard.follow(page, "button[value=check]")
    keyboard.follow(page, "button[value=confirm]")
    page.wait_for_url(f"{mollie.url}/checkout/*")
    keyboard.follow(page, "button[value=paid]")

    assert re.fullmatch(r"/inschrijving/[\w-]{43}/", keyboard.path_of(page))
    assert "Lotte van der Meer-Öztürk" in page.locator("main").inner_text()
    assert "definitief" in page.locator("h1").inner_text()
    assert fits(page)
    assert page.record.elsewhere == []
    assert page.record.complaints == [REFUSED]
    assert page.url in live.mails_to(email)[0]


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_back_and_forward_between_the_bank_and_the_form_work(
    open_browser, live, mollie, javascript
):
    page = open_browser(PHONE, java_script_enabled=javascript, goes_to_the_bank=True)
    page.unroute_all()  # with requests looked at, Chromium keeps nothing to go back to
    open_form(page)
    fill_in(page, f"lotte-{uuid.uuid4().hex[:8]}@example.nl", with_errors=False)
    page.wait_for_timeout(2100)
    keyboard.follow(page, "button[value=check]")
    checked = page.locator("h1").inner_text()
    keyboard.follow(page, "button[value=confirm]")
    page.wait_for_url(f"{mollie.url}/checkout/*")
    bank = page.url

    page.go_back()  # the bank has taken the place of the page that leads to it
    expect(page.locator("h1")).to_have_text(checked)
    page.go_back()
    expect(page.locator("[name=first_name]")).to_have_value("Lotte")
    page.go_forward()
    expect(page.locator("h1")).to_have_text(checked)
    keyboard.follow(page, "button[value=confirm]")
    page.wait_for_url(f"{mollie.url}/checkout/*")
    assert page.url == bank


def fits(page):
    """Whether the page need not be scrolled sideways."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_list_of_errors_takes_the_focus_once(phone):
    form = first_form(phone)
    phone.wait_for_timeout(2100)
    with phone.expect_navigation():
        form.locator("button[value=check]").click()
    assert keyboard.is_on(phone, SUMMARY)

    phone.locator(f"{SUMMARY} a").first.click()

    assert keyboard.is_on(phone, "[name=first_name]")
    assert "#" not in phone.url
    label = phone.locator("label[for=id_first_name]").bounding_box()
    assert 0 <= label["y"] <= 120
    assert phone.locator(SUMMARY).get_attribute("tabindex") is None


def test_the_list_of_errors_links_to_the_first_choice_of_a_group(phone):
    form = first_form(phone)
    phone.wait_for_timeout(2100)
    with phone.expect_navigation():
        form.locator("button[value=check]").click()

    phone.locator(f"{SUMMARY} a[href^='#id_admission']").click()

    assert keyboard.is_on(phone, "[name=admission][value=hbo]")


def test_a_field_with_an_error_is_described_by_hint_and_error(phone):
    form = first_form(phone)
    phone.wait_for_timeout(2100)
    with phone.expect_navigation():
        form.locator("button[value=check]").click()

    described = phone.locator("[name=email]").evaluate(
        "e => e.getAttribute('aria-describedby').split(' ')"
        ".map(id => document.getElementById(id).innerText).join(' | ')"
    )

    assert phone.locator("[name=email]").get_attribute("aria-invalid") == "true"
    assert "Vul uw e-mailadres in" in described
    assert described.count(" | ") == 1


def test_a_double_click_in_two_tabs_makes_one_sign_up(phone, live):
    email = f"dubbel-{uuid.uuid4().hex[:8]}@example.nl"

    check(first_form(phone), email)
    phone.locator("button[value=confirm]").dblclick()
    phone.wait_for_url("**/inschrijving/*/betalen/")
    assert len(live.mails_to(email)) == 1

    check(first_form(phone), email)
    phone.locator("button[value=confirm]").dblclick()
    phone.get_by_role("heading", level=1, name="Kijk in uw mail").wait_for()
    assert len(live.mails_to(email, saying="nog eens ingevuld")) == 1
    assert len(live.mails_to(email)) == 2


def check(form, email):
    """Fill in the form without errors and go on to the check page."""
    texts = {
        "first_name": "Dubbel",
        "last_name": "Klik",
        "email": email,
        "phone": "0612345678",
        "street": "Dorpsstraat 1",
        "postcode": "1234AB",
        "city": "Dalfsen",
    }
    for name, text in texts.items():
        form.locator(f"[name={name}]").fill(text)
    for chosen in ("[name=admission][value=hbo]", "[name=buyer][value=private]"):
        form.locator(chosen).check()
    form.locator("[name=consent_0]").check()
    form.page.wait_for_timeout(2100)
    with form.page.expect_navigation():
        form.locator("button[value=check]").click()


def first_form(page):
    page.goto("/cursus/")
    page.goto(page.locator("main a[href*='/inschrijven/rt']").first.get_attribute("href"))
    return page.locator("main form[method=post]")


WHERE = """name => {
  const field = document.querySelector(`[name="${name}"]`);
  const box = (element) => element.getBoundingClientRect();
  const group = field.closest("fieldset.field");
  const label = group ? group.querySelector("legend") : field.labels[0];
  const message = field.closest(".field").querySelector(".field__error");
  const isSeen = (element) => box(element).top >= 0 && box(element).bottom <= innerHeight;
  const begins = (element) => box(element).top >= 0 && box(element).top <= innerHeight - 44;
  return {
    focused: document.activeElement.name,
    label: isSeen(label), message: isSeen(message), field: begins(field),
  };
}"""


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
@pytest.mark.parametrize(
    "size", [(320, 256), (360, 740), (1280, 800)], ids=lambda size: "x".join(map(str, size))
)
def test_each_link_of_the_list_of_errors_shows_field_label_and_message(
    open_browser, javascript, size
):
    """320 by 256 is a window of 1280 by 1024 at 400 %, see WCAG 2.2, success criterion 1.4.10."""
    width, height = size
    page = open_browser(
        {"width": width, "height": height},
        java_script_enabled=javascript,
        reduced_motion="reduce",  # else the page is still scrolling when it is looked at
    )
    form = first_form(page)
    form.locator("[name=admission][value=exception]").check()
    form.locator("[name=buyer][value=work]").check()
    page.wait_for_timeout(2100)
    with page.expect_navigation():
        form.locator("button[value=check]").click()

    links = page.locator(f"{SUMMARY} a")
    names = [link.get_attribute("href").removeprefix("#id_") for link in links.all()]
    assert {"first_name", "motivation", "organisation", "city", "consent_0"} < set(names)
    seen = {}
    for number, name in enumerate(names):
        page.evaluate("scrollTo(0, 0)")
        links.nth(number).focus()
        page.keyboard.press("Enter")
        page.wait_for_function("name => document.activeElement.name === name", arg=name)
        seen[name] = page.evaluate(WHERE, name)

    assert seen == {
        name: {"focused": name, "label": True, "message": True, "field": True} for name in names
    }
