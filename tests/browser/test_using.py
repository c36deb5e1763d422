"""What a reader does on a page: with the keyboard, enlarged, without JavaScript."""

import re

import pytest

from tests.browser.conftest import DESK, PHONE


def test_the_page_declares_its_language(phone):
    phone.goto("/en/search/")
    assert phone.locator("html").get_attribute("lang") == "en"

    phone.goto("/")
    assert phone.locator("html").get_attribute("lang") == "nl"


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_the_menu_works_with_the_keyboard(open_browser, javascript):
    page = open_browser(PHONE, java_script_enabled=javascript)
    page.goto("/")
    menu = page.locator("[data-menu]")

    page.locator("[data-menu] summary").focus()
    page.keyboard.press("Enter")
    assert menu.get_attribute("open") is not None
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.menu__panel a')")

    if javascript:
        page.keyboard.press("Escape")
        assert menu.get_attribute("open") is None
        assert page.evaluate("document.activeElement.matches('[data-menu] summary')")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.rstrip("/").count("/") == 3


def test_the_skip_link_comes_first_and_works(desk):
    desk.goto("/veelgestelde-vragen/")

    desk.keyboard.press("Tab")
    skip = desk.locator(".skip")
    assert desk.evaluate("document.activeElement.className") == "skip"
    assert skip.bounding_box()["y"] >= 0
    desk.keyboard.press("Enter")
    desk.keyboard.press("Tab")

    assert desk.evaluate("document.activeElement.closest('main') !== null")


def test_every_tab_stop_is_visible(phone):
    """It has a ring of at least two pixels, and nothing covers it."""
    phone.goto("/")
    unseen = []

    for _press in range(60):
        phone.keyboard.press("Tab")
        unseen += phone.evaluate(
            """() => {
              const e = document.activeElement;
              if (e === document.body) return [];
              const ringed = node => parseFloat(getComputedStyle(node).outlineWidth) >= 2
                && getComputedStyle(node).outlineStyle !== 'none';
              // A card draws the ring of the link in it around itself.
              const ring = ringed(e) || (e.closest('.card') && ringed(e.closest('.card')));
              const box = e.getBoundingClientRect();
              const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
              const free = at && (e.contains(at) || at.contains(e));
              return ring && free ? [] : [e.outerHTML.slice(0, 120) + ' ring ' + ring];
            }"""
        )

    assert unseen == []


def test_a_link_to_a_question_opens_it(phone):
    phone.goto("/veelgestelde-vragen/")
    anchor = phone.locator("details.question").nth(3).get_attribute("id")

    phone.goto(f"/veelgestelde-vragen/#{anchor}")

    assert phone.locator(f"#{anchor}").get_attribute("open") is not None


def test_the_video_is_loaded_after_a_press_and_not_before(desk):
    desk.goto("/runningtherapie/")
    desk.wait_for_load_state("networkidle")
    assert desk.record.elsewhere == []
    assert desk.locator("iframe").count() == 0

    desk.locator("[data-embed]").focus()
    desk.keyboard.press("Enter")
    desk.wait_for_selector("iframe[title]")
    desk.wait_for_timeout(500)

    hosts = {re.match(r"https://([^/]+)/", url)[1] for url in desk.record.elsewhere}
    assert hosts == {"www.youtube-nocookie.com"}
    assert [text for text in desk.record.complaints if "Content Security Policy" in text] == []
    assert desk.context.cookies() == []


def test_without_javascript_the_video_is_a_plain_link(open_browser):
    page = open_browser(DESK, java_script_enabled=False)
    page.goto("/runningtherapie/")

    link = page.locator("[data-embed]")
    assert link.get_attribute("href").startswith("https://www.youtube.com/watch?v=")
    assert page.record.elsewhere == []


def test_text_can_be_enlarged_to_twice_its_size(open_browser):
    page = open_browser({"width": 640, "height": 640})
    for path in ("/", "/cursus/", "/veelgestelde-vragen/"):
        page.goto(path)
        page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_errors_have_borders_in_forced_colours(open_browser):
    page = open_browser(PHONE, forced_colors="active")
    page.goto("/contact/")
    page.wait_for_timeout(2100)
    with page.expect_navigation():
        page.locator("main form[method=post] button").click()

    widths = page.evaluate(
        "[...document.querySelectorAll('[aria-invalid=true], [role=alert]')]"
        ".map(e => parseFloat(getComputedStyle(e).borderTopWidth))"
    )
    assert len(widths) == 4
    assert min(widths) >= 1


def test_nothing_moves_with_reduced_motion(open_browser):
    page = open_browser(DESK, reduced_motion="reduce")
    page.goto("/")

    moving = page.evaluate(
        "document.getAnimations().filter(a => a.effect.getTiming().duration > 200).length"
    )
    assert moving == 0
