"""What our exports need beyond `core.spreadsheets`: the Dutch form of CSV, and many rows."""

import csv

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from wagtail.admin.views.mixins import Echo

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}".encode()
CHUNK = 500


class DutchExportMixin:
    """For Wagtail's listings. Dutch spreadsheet programs expect semicolons and a mark for UTF-8."""

    def stream_csv(self, queryset):
        writer = csv.DictWriter(
            Echo(), fieldnames=self.list_export, delimiter=";", quoting=csv.QUOTE_ALL
        )
        yield BYTE_ORDER_MARK
        yield writer.writerow(
            {field: self.get_heading(queryset, field) for field in self.list_export}
        )
        for item in queryset.iterator(chunk_size=CHUNK):
            yield self.write_csv_row(writer, self.to_row_dict(item))

    def write_xlsx(self, queryset, output):
        super().write_xlsx(queryset.iterator(chunk_size=CHUNK), output)

    def generate_xlsx_row(self, worksheet, row_dict, date_format=None):
        # Control characters would break the file.
        cleaned = {
            field: ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value
            for field, value in row_dict.items()
        }
        return super().generate_xlsx_row(worksheet, cleaned, date_format=date_format)
