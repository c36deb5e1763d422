"""What the design promises: readable colours, existing icons, errors in field order."""

import re
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from django import forms
from django.conf import settings

from core.templatetags import look_tags

pytestmark = pytest.mark.anywhere

STATIC = settings.SITE_DIR / "static"
AAA, AA, SHAPE = 7, 4.5, 3
GROUNDS = ("surface", "surface-raised", "surface-sunk", "tint")
ON_EVERY_GROUND = {
    "ink": AAA,
    "ink-soft": AAA,
    "link": AA,
    "error": AA,
    "line-strong": SHAPE,
    "focus": SHAPE,
    "route": SHAPE,
}
PAIRS = [
    *[(ink, ground, least) for ink, least in ON_EVERY_GROUND.items() for ground in GROUNDS],
    *[(state, f"{state}-surface", AA) for state in ("free", "few", "full", "off", "past")],
    ("ink-on-deep", "surface-deep", AAA),
    ("ink-soft-on-deep", "surface-deep", AAA),
    ("link-on-deep", "surface-deep", AA),
    ("on-calm", "calm", AA),
    ("on-calm", "calm-hover", AA),
    ("on-action", "action", AA),
    ("on-action", "action-hover", AA),
    ("error", "error-surface", AA),
]


def tokens():
    """(the tokens, their replacements for browsers without light-dark()), as CSS."""
    css = (STATIC / "css" / "base.css").read_text()
    wanted, rest = css.split("@supports not", 1)
    return wanted, rest.split("@media", 1)[0]


def colours():
    css, _fallback = tokens()
    found = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", css)
    return {name: {"light": light, "dark": dark} for name, light, dark in found}


def luminance(colour):
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_every_pair_of_colours_can_be_read(ink, ground, least, scheme):
    palette = colours()
    assert contrast(palette[ink][scheme], palette[ground][scheme]) >= least


def test_browsers_without_light_dark_get_the_same_light_scheme():
    _css, fallback = tokens()
    plain = dict(re.findall(r"--([\w-]+): (#\w{6});", fallback))
    assert plain == {name: pair["light"] for name, pair in colours().items()}


def test_every_icon_in_a_template_exists():
    svg = ElementTree.parse(STATIC / "svg" / "icons.svg")
    drawn = {element.get("id") for element in svg.iter() if element.get("id")}
    asked = set(look_tags.STATE_ICONS.values())
    for folder in ("site", "home", "people", "faq", "courses", "search"):
        for template in (settings.BASE_DIR / folder).rglob("templates/**/*.html"):
            asked |= set(re.findall(r'{% icon "([\w-]+)"', template.read_text()))
    assert asked <= drawn


@pytest.mark.parametrize("availability", ["many", SimpleNamespace(value="many")])
def test_a_state_has_its_own_icon(availability):
    assert "#free" in look_tags.state_icon(availability)


class ThreeQuestions(forms.Form):
    name = forms.CharField(error_messages={"required": "Vul uw naam in"})
    colour = forms.ChoiceField(
        choices=[("a", "A"), ("b", "B")],
        widget=forms.RadioSelect,
        error_messages={"required": "Kies een kleur"},
    )

    def clean(self):
        self.add_error(None, "Eerst dit")


def test_errors_are_in_field_order_and_point_to_their_control():
    assert look_tags.form_errors(ThreeQuestions({})) == [
        {"target": "", "text": "Eerst dit"},
        {"target": "id_name", "text": "Vul uw naam in"},
        {"target": "id_colour_0", "text": "Kies een kleur"},
    ]
    assert look_tags.form_errors(ThreeQuestions()) == []


@pytest.mark.parametrize(
    ("typed", "dialled"), [("+31 (0)24 123 45 67", "+31241234567"), ("06-12345678", "0612345678")]
)
def test_a_telephone_number_can_be_dialled(typed, dialled):
    assert look_tags.tel(typed) == dialled


@pytest.mark.parametrize(
    ("target", "page", "expected"),
    [
        ("00010001", "00010001", ' aria-current="page"'),
        ("000100010002", "0001000100020001", ' aria-current="true"'),
        ("00010001", "000100010002", ""),
        ("000100010003", "000100010002", ""),
    ],
)
def test_the_menu_marks_the_current_page(target, page, expected):
    link = SimpleNamespace(path=target, depth=len(target) // 4)
    assert look_tags.current(link, SimpleNamespace(path=page)) == expected
