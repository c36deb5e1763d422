"""What a person without a mouse does."""

import re

ACTIVE = "document.activeElement"


def focused(page):
    """The focused element, in a notation like a CSS selector."""
    return page.evaluate(
        f"(() => {{ const e = {ACTIVE}; return e.tagName.toLowerCase() "
        "+ (e.id ? '#' + e.id : '') + (e.name ? '[' + e.name + ']' : ''); })()"
    )


def is_on(page, selector):
    return page.evaluate(f"(selector) => {ACTIVE}.matches(selector)", selector)


def tab_to(page, selector, most=150):
    """Press Tab until the focus is on `selector`."""
    for _press in range(most):
        if is_on(page, selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {selector}; the focus is on {focused(page)}")


def follow(page, selector):
    """Tab to a link or button, press Enter and wait for the next page."""
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page, name, text):
    tab_to(page, f"[name={name}]")
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def choose(page, name, value):
    """Choose a radio button: Tab reaches the group, arrows move within it."""
    tab_to(page, f"[name={name}]")
    page.keyboard.press("Space")
    for _press in range(20):
        if is_on(page, f"[value={value}]"):
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{name} has no {value}")


def tick(page, name):
    tab_to(page, f"[name={name}]")
    page.keyboard.press("Space")


def path_of(page):
    return re.sub(r"^https?://[^/]+", "", page.url)
