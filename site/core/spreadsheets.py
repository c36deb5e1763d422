"""What staff export opens in any spreadsheet program as it was typed, and runs nothing there.

Whoever typed the text could otherwise run code there (CSV injection). In XLSX a cell says that it
is text; in CSV it cannot. Our own exports use `as_text`; what Wagtail's reports write is changed
here.
"""

import datetime
import re

from django.utils import timezone
from django.utils.encoding import force_str
from wagtail.admin.views.mixins import SpreadsheetExportMixin, list_to_str

# A sign by itself, as in “-”, is none.
FORMULA = re.compile(r"(?:\s*[=+\-@＝＋－＠]|[\t\r\n])(?=.*\w)", re.DOTALL)
# No letter but those of an extension or a word in brackets at the end, so nothing to call.
TELEPHONE = re.compile(
    r" *\+\d(?:[ ().–/-]*\d){5,}(?: *\([a-z]+\)| +[a-z]{1,8}[.:]? *\d{1,6})? *", re.IGNORECASE
)


def as_text(value):
    """`value` with an apostrophe before it if a spreadsheet would read it as a formula.

    A telephone number remains as it is.
    """
    if isinstance(value, str) and FORMULA.match(value) and not TELEPHONE.fullmatch(value):
        return f"'{value}"
    return value


def any_as_text(value):
    """`as_text` of a value of any type, for Wagtail's table."""
    return as_text(force_str(value, strings_only=True))


def list_as_text(values):
    """`as_text` of a list, for Wagtail's table."""
    return as_text(list_to_str(values))


def local(moment):
    """The moment on the clock of the institute, without a time zone, which a workbook has not."""
    return moment if timezone.is_naive(moment) else timezone.make_naive(moment)


def generate_xlsx_row(self, worksheet, *args, **kwargs):
    """As Wagtail's, but dates are numbers with a format, which every program reads as dates."""
    worksheet.parent.iso_dates = False
    yield from _wagtails_row(self, worksheet, *args, **kwargs)


_wagtails_row = SpreadsheetExportMixin.generate_xlsx_row


def make_every_export_safe():
    """Change Wagtail's table of how to write a value, in which the first class that fits counts."""
    table = SpreadsheetExportMixin.custom_value_preprocess
    table[datetime.datetime] = {SpreadsheetExportMixin.FORMAT_XLSX: local}
    table[list] = table[list] | {SpreadsheetExportMixin.FORMAT_CSV: list_as_text}
    table[object] = {SpreadsheetExportMixin.FORMAT_CSV: any_as_text}
    SpreadsheetExportMixin.generate_xlsx_row = generate_xlsx_row
