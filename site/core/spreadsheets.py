"""Exports that open as text: no cell that somebody typed can become a formula (check B3).

Wagtail's XLSX is safe already; its CSV, also that of its own reports, is made so here.
"""

import re

from django.utils.encoding import force_str
from wagtail.admin.views.mixins import SpreadsheetExportMixin, list_to_str

# A program that splits at another character than we do may see a cell start there as well.
FORMULA = re.compile(r"(^|[;,\r\n])([ ]*[=+\-@\t\r＝＋－＠])")


def as_text(value):
    """`value` with an apostrophe before whatever a spreadsheet would read as a formula."""
    return FORMULA.sub(r"\1'\2", value) if isinstance(value, str) else value


def any_as_text(value):
    return as_text(force_str(value, strings_only=True))


def list_as_text(values):
    return as_text(list_to_str(values))


def make_every_export_safe():
    """Wagtail asks this table how to write a value; the first class that fits counts."""
    table = SpreadsheetExportMixin.custom_value_preprocess
    table[list] = table[list] | {SpreadsheetExportMixin.FORMAT_CSV: list_as_text}
    table[object] = {SpreadsheetExportMixin.FORMAT_CSV: any_as_text}
