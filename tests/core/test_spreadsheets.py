import csv
import io

import pytest
from django.urls import reverse

from core.spreadsheets import as_text
from tests.courses.office.conftest import *  # noqa: F403  a course, a date, browsers

pytestmark = pytest.mark.anywhere

ROWS = [
    ("=1+1", "'=1+1"),
    ("+31 6 12345678", "'+31 6 12345678"),
    ("-1", "'-1"),
    ("@SUM(A1)", "'@SUM(A1)"),
    ("\tx", "'\tx"),
    ("\rx", "'\rx"),
    ("  =1+1", "'  =1+1"),
    ("kop;=1+1", "kop;'=1+1"),
    ("kop\n=1+1", "kop\n'=1+1"),
    ("kop\r\n@x", "kop\r\n'@x"),
    ("=1\n=2", "'=1\n'=2"),
    ("＝1+1", "'＝1+1"),
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
