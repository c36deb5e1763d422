import csv
import io
import zipfile
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from courses.models import SignUp


def rows_of_csv(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def rows_of_xlsx(response):
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    headings, *rows = sheet.iter_rows()
    names = [cell.value for cell in headings]
    return [dict(zip(names, row, strict=True)) for row in rows]


@pytest.fixture
def names_and_remarks(office):
    columns = ["first_name", "last_name", "phone", "remarks"]
    office.post(reverse("sign_ups:columns"), {"column": columns})


@pytest.fixture
def nasty(make_sign_up, names_and_remarks):
    return make_sign_up(
        first_name="=HYPERLINK(1)", last_name="李 Łukasz", remarks="goed;=1+1\n@x \x0b einde"
    )


def test_csv_opens_as_text(office, nasty):
    response = office.get(reverse("sign_ups:index"), {"export": "csv"})
    [row] = rows_of_csv(response)
    assert row["Voornaam"] == "'=HYPERLINK(1)"
    assert row["Achternaam"] == "李 Łukasz"
    assert row["Telefoon"] == "+31 6 12345678"
    assert row["Opmerkingen"] == "goed;=1+1\n@x \x0b einde"
    assert "attachment" in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]


def test_xlsx_holds_text_cells(office, nasty):
    response = office.get(reverse("sign_ups:index"), {"export": "xlsx"})
    [row] = rows_of_xlsx(response)
    assert row["Voornaam"].value == "=HYPERLINK(1)"
    assert row["Voornaam"].data_type == "s"
    assert row["Telefoon"].value == "+31 6 12345678"
    assert row["Opmerkingen"].value == "goed;=1+1\n@x  einde"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.usefixtures("names_and_remarks")
def test_export_follows_the_filters(office, make_sign_up):
    make_sign_up(last_name="Wacht", admission="exception")
    make_sign_up(last_name="Betaalt")
    response = office.get(reverse("sign_ups:index"), {"export": "csv", "state": "review"})
    assert [row["Achternaam"] for row in rows_of_csv(response)] == ["Wacht"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_export_makes_no_more_queries_for_more_people(
    form, office, make_sign_up, django_assert_max_num_queries
):
    for _number in range(3):
        make_sign_up(answers=())
    with django_assert_max_num_queries(14):
        b"".join(office.get(reverse("sign_ups:index"), {"export": form}).streaming_content)


def test_moments_in_a_workbook_are_numbers_with_a_format(office, make_sign_up):
    office.post(reverse("sign_ups:columns"), {"column": ["last_name", "created_at"]})
    taken = make_sign_up()
    moment = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)  # half past one in the night, here
    SignUp.objects.filter(pk=taken.pk).update(created_at=moment)

    response = office.get(reverse("sign_ups:index"), {"export": "xlsx"})

    content = b"".join(response.streaming_content)
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert 't="d"' not in sheet
    headings, row = load_workbook(io.BytesIO(content)).active.iter_rows()
    [cell] = [one for head, one in zip(headings, row, strict=True) if head.value == "Ingeschreven"]
    assert (cell.value, cell.number_format) == (datetime(2026, 7, 2, 1, 30), "d-m-yyyy h:mm")
