"""The blocks of a page's body: complete for editors, safe for readers."""

import pytest
from bs4 import BeautifulSoup
from django.template.loader import get_template
from wagtail.blocks import StreamBlock

from core.blocks import BodyBlock, SectionBlock, StepsBlock
from core.models import SiteSettings
from home.blocks import ContentBlock

pytestmark = pytest.mark.anywhere

MOST_BLOCKS = 15
BLOCKS = ContentBlock().child_blocks


def render(name, raw):
    block = ContentBlock()
    return block.child_blocks[name].render(block.child_blocks[name].to_python(raw))


def test_there_are_at_most_fifteen():
    assert len(BLOCKS) <= MOST_BLOCKS
    assert set(BodyBlock().child_blocks) <= set(BLOCKS)


@pytest.mark.parametrize("name", BLOCKS)
def test_every_block_has_what_an_editor_needs(name):
    meta = BLOCKS[name].meta

    assert str(meta.label)
    assert str(meta.description)
    assert meta.icon not in ("placeholder", "")
    assert get_template(meta.template)


def test_no_two_blocks_look_the_same_in_the_list():
    icons = [block.meta.icon for block in BLOCKS.values()]

    assert len(icons) == len(set(icons))


@pytest.mark.parametrize("name", BLOCKS)
def test_every_block_can_be_previewed(loaded_site, rf, name):
    block = BLOCKS[name]

    SiteSettings.objects.update(email="info@example.nl")

    html = block.render(block.get_preview_value(), {"request": rf.get("/")})

    assert block.is_previewable
    assert html.strip() != "" or name == "download"  # the first content has no document yet


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["quote", "callout", "steps", "details", "section"])
def test_text_of_staff_never_becomes_markup(name):
    evil = "<script>alert(1)</script>"
    raw = {
        "quote": {"quote": evil, "attribution": evil},
        "callout": {"heading": evil, "text": "<p>Tekst</p>"},
        "steps": {"heading": evil, "items": [{"heading": evil, "text": "<p>Tekst</p>"}] * 2},
        "details": {"summary": evil, "text": "<p>Tekst</p>"},
        "section": {"heading": evil, "anchor": "a", "body": "<p>Tekst</p>"},
    }[name]

    html = render(name, raw)

    assert "<script" not in html
    assert evil in BeautifulSoup(html, "html.parser").get_text()


def test_an_anchor_is_made_once_and_survives_a_new_heading():
    block = SectionBlock()
    first = block.clean(block.to_python({"heading": "Rustig beginnen", "body": "<p>Zo.</p>"}))

    first["heading"] = "Kalm aan"
    again = block.clean(first)

    assert again["anchor"] == "rustig-beginnen"


def test_steps_are_at_least_two():
    assert StepsBlock().child_blocks["items"].meta.min_num == 2


def test_streams_do_not_nest():
    nested = [name for name, block in BLOCKS.items() if isinstance(block, StreamBlock)]

    assert nested == []
