"""Tables that staff make on a page."""

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError

from core.blocks import ButtonBlock
from core.tables import TableBlock

pytestmark = pytest.mark.anywhere

RAW = {
    "caption": "Programma",
    "columns": [{"type": "text", "heading": "Tijd"}, {"type": "text", "heading": "Onderdeel"}],
    "rows": [{"values": ["9.30", "Ontvangst"]}, {"values": ["10.00", "<b>Lopen</b>"]}],
}


def table(**changes):
    return TableBlock().to_python(RAW | changes)


def test_a_table_has_a_caption_headings_and_scrolls_by_itself():
    shown = BeautifulSoup(TableBlock().render(table()), "html.parser")

    assert shown.caption.text == "Programma"
    assert [cell.text for cell in shown.select("thead th[scope=col]")] == ["Tijd", "Onderdeel"]
    assert [cell.text for cell in shown.select("tbody th[scope=row]")] == ["9.30", "10.00"]
    assert [cell.text for cell in shown.select("td")] == ["Ontvangst", "<b>Lopen</b>"]
    assert shown.select_one('.table-box[tabindex="0"][role=region]')["aria-label"] == "Programma"


@pytest.mark.parametrize("changes", [{"caption": " "}, {"columns": [], "rows": []}])
def test_a_table_without_caption_or_columns_is_refused(changes):
    with pytest.raises(ValidationError):
        TableBlock().clean(table(**changes))


def test_each_text_of_a_table_is_translated_by_itself():
    block = TableBlock()
    segments = block.get_translatable_segments(table())

    assert [segment.path for segment in segments][:3] == ["caption", "heading.0", "heading.1"]
    for segment in segments:
        segment.string.data = segment.string.data.replace("Ontvangst", "Welcome")
    english = block.restore_translated_segments(table(), segments)
    assert str(english) == "Programma Tijd Onderdeel 9.30 Welcome 10.00 <b>Lopen</b>"
    assert block.get_prep_value(english)["columns"] == RAW["columns"]


def test_a_button_leads_to_one_place():
    block = ButtonBlock()

    with pytest.raises(ValidationError) as refused:
        block.clean(block.to_python({"label": "Ga", "page": None, "document": None}))
    assert list(refused.value.block_errors) == ["page"]
