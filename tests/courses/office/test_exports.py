import csv
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook


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
    assert row["Telefoon"] == "'+31 6 12345678"
    assert row["Opmerkingen"] == "goed;'=1+1\n'@x \x0b einde"
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
