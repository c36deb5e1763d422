"""Spreadsheets with many rows, in the format that Dutch office programs expect.

`DutchExportMixin` is for Wagtail's listings; rows without a listing go to `csv_response` or
`xlsx_response`. At most a chunk of rows is in memory, and text that somebody typed never becomes a
formula. Words are Dutch whatever the language of the user, because programs read these files too.
"""

import csv
import datetime
import tempfile
from decimal import Decimal

from django.conf import settings
from django.http import FileResponse, StreamingHttpResponse
from django.utils import translation
from django.utils.encoding import force_str
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from wagtail.admin.views.mixins import Echo

from core.spreadsheets import as_text, local

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}".encode()
CHUNK = 500
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSX_FORMATS = {  # spreadsheet programs translate these into the language of the reader
    datetime.datetime: "d-m-yyyy h:mm",
    datetime.date: "d-m-yyyy",
    Decimal: "#,##0.00",
}


def csv_response(name, headings, rows):
    """A streamed CSV file of `rows` of plain values: text, numbers, dates, datetimes."""
    lines = _in_dutch(csv_lines(headings, rows))
    response = StreamingHttpResponse(lines, content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def csv_lines(headings, rows):
    """Dutch spreadsheet programs expect semicolons, a decimal comma and a byte order mark."""
    writer = csv.writer(Echo(), delimiter=";", quoting=csv.QUOTE_ALL)
    yield BYTE_ORDER_MARK
    yield writer.writerow([as_text(force_str(heading)) for heading in headings])
    for row in rows:
        yield writer.writerow([_csv_cell(value) for value in row])


def xlsx_response(name, headings, rows):
    """The same rows as a workbook, sent from a temporary file."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
    with translation.override(settings.LANGUAGE_CODE):
        write_xlsx(headings, rows, file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, content_type=XLSX, filename=f"{name}.xlsx")


def write_xlsx(headings, rows, output):
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    sheet.freeze_panes = "A2"
    sheet.append([_xlsx_cell(sheet, heading) for heading in headings])
    for row in rows:
        sheet.append([_xlsx_cell(sheet, value) for value in row])
    workbook.save(output)


def _in_dutch(lines):
    """A streamed response is read after the view, when its language is not active any more."""
    while True:
        with translation.override(settings.LANGUAGE_CODE):
            line = next(lines, None)
        if line is None:
            return
        yield line


def _csv_cell(value):
    match value:
        case None:
            return ""
        case bool():
            return _in_words(value)
        case datetime.datetime():
            return f"{local(value):%Y-%m-%d %H:%M}"
        case Decimal():
            return f"{value:.2f}".replace(".", ",")
        case int() | float():
            return str(value)
    return as_text(_text(value))


def _xlsx_cell(sheet, value):
    match value:
        case bool():
            value = _in_words(value)
        case datetime.datetime():
            value = local(value)
        case None | datetime.date() | Decimal() | int() | float():
            pass
        case _:  # control characters would break the file
            value = ILLEGAL_CHARACTERS_RE.sub("", _text(value))
    cell = WriteOnlyCell(sheet, value)
    if cell.data_type == "f":
        cell.data_type = "s"
    if type(value) in XLSX_FORMATS:
        cell.number_format = XLSX_FORMATS[type(value)]
    return cell


def _text(value):
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else force_str(value)


def _in_words(value):
    return _("yes") if value else _("no")


class DutchExportMixin:
    """For Wagtail's listings. `exported` is {name: (heading, function of a row)}, in order.

    Rows, and what `prefetch_related` adds to them, are fetched per chunk.
    """

    exported = {}

    @cached_property
    def list_export(self):
        return list(self.exported)

    @cached_property
    def export_headings(self):
        return {name: heading for name, (heading, _value) in self.exported.items()}

    def to_row_dict(self, item):
        return {name: value(item) for name, (_heading, value) in self.exported.items()}

    def get(self, request, *args, **kwargs):
        if self.is_export:  # Wagtail would fetch all rows to count them
            return self.as_spreadsheet(self.get_queryset(), request.GET["export"])
        return super().get(request, *args, **kwargs)

    def export_headings_in_order(self, queryset):
        with translation.override(settings.LANGUAGE_CODE):
            return [self.get_heading(queryset, field) for field in self.list_export]

    def export_rows(self, queryset):
        for item in queryset.iterator(chunk_size=CHUNK):
            row = self.to_row_dict(item)
            yield [row[field] for field in self.list_export]

    def write_csv_response(self, queryset):
        headings = self.export_headings_in_order(queryset)
        return csv_response(self.get_filename(), headings, self.export_rows(queryset))

    def write_xlsx_response(self, queryset):
        headings = self.export_headings_in_order(queryset)
        return xlsx_response(self.get_filename(), headings, self.export_rows(queryset))
