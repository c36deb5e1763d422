import csv
import datetime
import io
import zipfile

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from core.spreadsheets import as_text
from courses.models import CourseEventPage
from tests.courses.office.conftest import *  # noqa: F403  a course, a date, browsers

pytestmark = pytest.mark.anywhere

ROWS = [
    ("=1+1", "'=1+1"),
    ("=cmd|'/C calc'!A0", "'=cmd|'/C calc'!A0"),
    ("+cmd|'/C calc'!A0", "'+cmd|'/C calc'!A0"),
    ("-1", "'-1"),
    ("-2+3", "'-2+3"),
    ("+2-3", "'+2-3"),
    ("+31612345678+1", "'+31612345678+1"),
    ("+31612345678*cmd|'/C calc'!A0", "'+31612345678*cmd|'/C calc'!A0"),
    ("+31612345678-A1", "'+31612345678-A1"),
    ("+123456(A1)", "'+123456(A1)"),
    ("- geen noten", "'- geen noten"),
    ("@SUM(A1)", "'@SUM(A1)"),
    ("\tx", "'\tx"),
    ("\rx", "'\rx"),
    ("\nx", "'\nx"),
    ("\t+31 6 12345678", "'\t+31 6 12345678"),
    ("  =1+1", "'  =1+1"),
    ("\N{NO-BREAK SPACE}=1+1", "'\N{NO-BREAK SPACE}=1+1"),
    ("=1\n=2", "'=1\n=2"),
    ("=\n1", "'=\n1"),
    ("＝1+1", "'＝1+1"),
    ("kop;=1+1", "kop;=1+1"),
    ("kop\n- noten\n+ melk", "kop\n- noten\n+ melk"),
    ("tot maandag;-)", "tot maandag;-)"),
    ("+31 6 12345678", "+31 6 12345678"),
    ("+31612345678", "+31612345678"),
    ("+32 495 12 34 56", "+32 495 12 34 56"),
    ("+49 (0)30/1234-567", "+49 (0)30/1234-567"),
    (" +31 6 12345678 ", " +31 6 12345678 "),
    ("+31 6 12345678 (werk)", "+31 6 12345678 (werk)"),
    ("+31 30 1234567 tst. 12", "+31 30 1234567 tst. 12"),
    ("06 12345678", "06 12345678"),
    ("-", "-"),
    ("---", "---"),
    ("Noor van der Meer-Öztürk", "Noor van der Meer-Öztürk"),
    ("a = b", "a = b"),
    ("'t Hooft", "'t Hooft"),
    ("", ""),
    (12, 12),
    (None, None),
]


@pytest.mark.parametrize(("value", "expected"), ROWS)
def test_no_typed_text_becomes_a_formula(value, expected):
    assert as_text(value) == expected


def test_wagtails_own_reports_are_safe_too(make_client, make_event):
    make_event(title="=HYPERLINK(1)")
    report = make_client("Eigenaar").get(
        reverse("wagtailadmin_reports:aging_pages"), {"export": "csv"}
    )
    rows = list(csv.reader(io.StringIO(b"".join(report.streaming_content).decode())))
    cells = {cell for row in rows for cell in row}
    assert "'=HYPERLINK(1)" in cells
    assert not {cell for cell in cells if cell.startswith(("=", "+", "@"))}


def test_dates_in_wagtails_own_workbooks_are_numbers_on_the_clock_of_the_institute(
    make_client, make_event
):
    page = make_event().page
    moment = datetime.datetime(2026, 7, 1, 23, 30, tzinfo=datetime.UTC)  # here half past one
    CourseEventPage.objects.filter(pk=page.pk).update(last_published_at=moment)
    report = make_client("Eigenaar").get(
        reverse("wagtailadmin_reports:aging_pages"), {"export": "xlsx"}
    )
    content = b"".join(report.streaming_content)
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert 't="d"' not in sheet
    _headings, *rows = load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    [found] = [row for row in rows if row[0] == page.title]
    assert datetime.datetime(2026, 7, 2, 1, 30) in found
