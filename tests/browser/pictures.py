"""`make pictures`: take the pictures of the staff guide and the README from the running site.

Each is a line of GUIDE. The order matters, because some change the site.
"""

import io
import json
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.sites import CHROMIUM, ROOT, served
from tests.fake_mollie import FakeMollie

WINDOW = {"width": 1200, "height": 800}
GUIDE_FOLDER = ROOT / "docs" / "staff-guide" / "pictures"
README_FOLDER = ROOT / "docs" / "screenshots"
COLOURS = 128  # enough for a screen without photographs, at a third of the size
MORE_COLOURS = 256


@dataclass(frozen=True)
class Picture:
    """A picture of the part of a page that `shown` selects (the window if empty).

    It is at most `height` pixels high. `address` may hold the names of what `tests.office_day`
    prepared; `before(page)` is called before the picture is taken.
    """

    name: str
    address: str
    shown: str = ""
    height: int = 10_000
    before: Callable | None = None


def press(page, words):
    """Press the button or link with this text, and wait for the next page."""
    found = page.locator("main").locator("button, a, [type=submit]")
    with page.expect_navigation(wait_until="networkidle"):
        found.filter(has_text=re.compile(rf"^\s*{words}\s*$")).last.click()


def fill_in_new_date(page):
    choices = page.locator("[name=original] option", has_text="Dalfsen")
    page.locator("[name=original]").select_option(choices.first.get_attribute("value"))
    year = int(re.search(r"20\d\d", choices.first.inner_text())[0]) + 1
    page.get_by_label("De locatie volgt later").check()
    page.locator("[name=first_day]").fill(f"20-05-{year}")
    page.keyboard.press("Tab")  # closes the calendar, which covers the button
    press(page, "Toon de dagen")


def make_new_date(page):
    fill_in_new_date(page)
    press(page, "Maak deze datum aan")
    open_more_actions(page)


def open_more_actions(page):
    page.locator("footer").get_by_role("button", name="Meer acties").click()
    page.get_by_role("button", name="Publiceren").wait_for()
    page.wait_for_timeout(400)  # the menu slides in


def tick_two(page):
    for row in (0, 2):
        page.locator("main tbody tr").nth(row).locator("[type=checkbox]").check()
    page.wait_for_timeout(400)  # the bar slides in


def write_mail(page):
    page.get_by_label("Onderwerp").first.fill("Waar u kunt parkeren")
    page.locator(".public-DraftEditor-content").first.click()
    page.keyboard.type("Beste {first_name}, u parkeert gratis achter het gebouw. Tot ziens!")
    page.wait_for_timeout(600)  # the editor hands its text to the form
    press(page, "Per persoon bekijken")


def find_person(page):
    page.get_by_label(re.compile("Naam, e-mailadres")).fill("Noor")
    press(page, "Zoeken")
    page.locator("main").get_by_role("link", name=re.compile("@")).last.click()
    page.wait_for_load_state("networkidle")


def cancel_with_all_money(page):
    page.get_by_label(re.compile("Alles: ")).check()
    press(page, "Inschrijving annuleren")
    page.goto("/admin/refunds/")


GUIDE = [
    Picture("week", "/admin/", ".this-week", 700),
    Picture("new-date", "/admin/new-date/", "main", 790, fill_in_new_date),
    Picture("new-date-checklist", "/admin/new-date/", "", before=make_new_date),
    Picture("person", "/admin/sign-ups/{judged}/", "main", 620),
    Picture("admit", "/admin/sign-ups/{judged}/accept/", "main", 350),
    Picture("cancel", "/admin/sign-ups/{paid}/cancel/", "main", 700),
    Picture("group", "/admin/rosters/{begun}/", "main", 590),
    Picture("several", "/admin/rosters/{begun}/people/", "", before=tick_two),
    Picture("mail", "/admin/rosters/{near}/message/", "main", 430, write_mail),
    Picture("presence", "/admin/rosters/{begun}/presence/", "main", 640),
    Picture("decision", "/admin/rosters/{near}/", "main", 440),
    Picture("call-off", "/admin/rosters/{near}/call-off/", "main", 630),
    Picture("invoices", "/admin/invoices/", "main", 620),
    Picture("question", "/admin/snippets/faq/faqquestion/edit/4/", ""),
    Picture("publish", "/admin/pages/{course}/edit/", "", before=open_more_actions),
    Picture("personal-data", "/admin/personal-data/", "main", 640, find_person),
    Picture("mail-not-delivered", "/admin/outbox/?delivery=bounced", "main", 380),
    Picture("refunds", "/admin/sign-ups/{paid}/cancel/", "main", 340, cancel_with_all_money),
]


def main():
    with (
        tempfile.TemporaryDirectory() as folder,
        FakeMollie() as mollie,
        served(Path(folder), mollie) as site,
        sync_playwright() as playwright,
    ):
        ids = json.loads(site.shell("from tests.office_day import prepare; prepare()"))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(
            base_url=site.url, viewport=WINDOW, locale="nl-NL", reduced_motion="reduce"
        )
        take_for_readme(page, ids)
        for picture in GUIDE:
            take(page, picture, ids)
        take_mails(page)
        browser.close()
    for file in GUIDE_FOLDER.glob("*.png"):
        if file.stem not in {picture.name for picture in GUIDE}:
            file.unlink()


def take_for_readme(page, ids):
    page.goto("/", wait_until="networkidle")
    write(README_FOLDER / "home.png", page.screenshot(), MORE_COLOURS)
    log_in(page, ids)
    page.wait_for_load_state("networkidle")
    page.locator(".this-week").evaluate("panel => panel.scrollIntoView()")
    write(README_FOLDER / "cms.png", page.screenshot(), MORE_COLOURS)


def take_mails(page):
    """The mail of a final place on a phone, in daylight and in the dark."""
    page.goto("/admin/mail-texts/confirmed/nl/preview/")
    mail = page.locator("iframe").get_attribute("srcdoc")
    page.set_viewport_size({"width": 420, "height": 800})
    for name, scheme in (("mail", "light"), ("mail-dark", "dark")):
        page.emulate_media(color_scheme=scheme)
        page.set_content(mail)
        write(README_FOLDER / f"{name}.png", page.screenshot(full_page=True), COLOURS)


def log_in(page, ids):
    page.goto("/admin/")
    page.locator("[name=login]").fill(ids["username"])
    page.locator("[name=password]").fill(ids["password"])
    with page.expect_navigation(url="**/admin/"):
        page.keyboard.press("Enter")


def take(page, picture, ids):
    address = picture.address.format(**ids)
    answer = page.goto(address, wait_until="networkidle")
    if answer.status != 200:
        raise SystemExit(f"{address}: {answer.status}")
    if picture.before:
        picture.before(page)
        page.wait_for_load_state("networkidle")
    write(GUIDE_FOLDER / f"{picture.name}.png", screenshot(page, picture), COLOURS)


def screenshot(page, picture):
    if not picture.shown:
        return page.screenshot()
    page.add_style_tag(content="footer.footer { visibility: hidden }")  # it covers the content
    box = page.locator(picture.shown).first.bounding_box()
    box["height"] = min(box["height"], picture.height)
    return page.screenshot(clip=box, full_page=True)


def write(file, png, colours):
    file.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.quantize(colours).save(file, optimize=True)


if __name__ == "__main__":
    main()
