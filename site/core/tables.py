"""A table that staff make on a page: Wagtail's own, translatable and with a caption."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import (
    TypedTable,
    TypedTableBlock,
    TypedTableBlockValidationError,
)
from wagtail_localize.segments import StringSegmentValue

CAPTION = "caption"


class Table(TypedTable):
    def __str__(self):
        """All that is written in it, for the search."""
        return " ".join(text for text in _texts(self).values() if text)


class TableBlock(TypedTableBlock):
    text = blocks.CharBlock(label=_("text"), required=False, max_length=255)

    class Meta:
        icon = "table"
        label = _("table")
        template = "core/blocks/table.html"
        description = _("Rows and columns, such as a programme or prices")
        preview_value = {
            "caption": "Programma van de eerste dag",
            "columns": [
                {"type": "text", "heading": "Tijd"},
                {"type": "text", "heading": "Onderdeel"},
            ],
            "rows": [{"values": ["9.30", "Ontvangst"]}, {"values": ["10.00", "Samen lopen"]}],
        }

    def to_python(self, value):
        return _as_table(super().to_python(value))

    def normalize(self, value):
        return _as_table(super().normalize(value))

    def clean(self, value):
        table = _as_table(super().clean(value))
        if not (table.columns and table.caption.strip()):
            words = _("A table has a caption, which says what is in it, and columns.")
            raise TypedTableBlockValidationError(non_block_errors=[words])
        return table

    # What wagtail-localize asks of a block that it does not know.

    def get_translatable_segments(self, value):
        return [StringSegmentValue(path, text) for path, text in _texts(value).items() if text]

    def restore_translated_segments(self, value, segments):
        texts = _texts(value)
        texts |= {segment.path: segment.render_text() for segment in segments}
        return Table(
            columns=[
                column | {"heading": texts[f"heading.{number}"]}
                for number, column in enumerate(value.columns)
            ],
            row_data=[
                {"values": [texts[f"cell.{number}.{place}"] for place in range(len(row["values"]))]}
                for number, row in enumerate(value.row_data)
            ],
            caption=texts[CAPTION],
        )


def _as_table(table):
    return Table(table.columns, table.row_data, table.caption or "")


def _texts(table):
    """{path: text} of all that is written in a table."""
    texts = {CAPTION: table.caption or ""}
    for number, column in enumerate(table.columns):
        texts[f"heading.{number}"] = column["heading"]
    for number, row in enumerate(table.row_data):
        for place, cell in enumerate(row["values"]):
            texts[f"cell.{number}.{place}"] = cell or ""
    return texts
