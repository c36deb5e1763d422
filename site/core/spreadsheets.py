"""No cell of an export can become a formula in the spreadsheet program that opens it.

Whoever typed the text could otherwise run code there (CSV injection). Wagtail's XLSX is safe; its
CSV, that of its own reports included, is made safe here.
"""

import re

from django.utils.encoding import force_str
from wagtail.admin.views.mixins import SpreadsheetExportMixin, list_to_str

# A program that splits at another separator than ours sees a cell start there as well.
FORMULA = re.compile(r"(^|[;,\r\n])([ ]*[=+\-@\t\r＝＋－＠])")


def as_text(value):
    """`value` with an apostrophe before whatever a spreadsheet would read as a formula."""
    return FORMULA.sub(r"\1'\2", value) if isinstance(value, str) else value


def any_as_text(value):
    """`as_text` of a value of any type, for Wagtail's table."""
    return as_text(force_str(value, strings_only=True))


def list_as_text(values):
    """`as_text` of a list, for Wagtail's table."""
    return as_text(list_to_str(values))


def make_every_export_safe():
    """Change Wagtail's table of how to write a value, in which the first class that fits counts."""
    table = SpreadsheetExportMixin.custom_value_preprocess
    table[list] = table[list] | {SpreadsheetExportMixin.FORMAT_CSV: list_as_text}
    table[object] = {SpreadsheetExportMixin.FORMAT_CSV: any_as_text}
