import datetime
import io

import pikepdf
import pytest
from django.core.files.base import ContentFile
from wagtail.documents.models import Document

from courses.documents import brochures
from courses.models import CourseEventPart
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.anywhere]


def test_the_brochure_has_the_facts_of_the_page():
    course = factories.course(
        included="<p>Drie boeken.</p><ul><li>Koffie &amp; <b>thee</b></li></ul>"
    )
    factories.settings(institute_name="Runningtherapie.nl", crkbo_registered=True)
    factories.form_page(course)
    parts = [
        CourseEventPart(first_day=first, last_day=last, place="Dalfsen")
        for first, last in (
            (datetime.date(2031, 3, 21), datetime.date(2031, 3, 22)),
            (datetime.date(2031, 6, 5), datetime.date(2031, 6, 5)),
        )
    ]
    page = {"price_cents": 129500, "introduction": "Op een eiland."}
    event = factories.event(course, parts=parts, **page)

    facts = brochures.brochure_facts(event)

    assert facts["lead"] == "Op een eiland."
    assert facts["days"] == "21 en 22 maart en 5 juni 2031"
    assert [part["days"] for part in facts["parts"]] == ["21 en 22 maart 2031", "5 juni 2031"]
    assert facts["parts"][1]["rows"] == ["Dalfsen", "Exacte locatie volgt nog"]
    assert (facts["price"], facts["price_note"]) == (
        "€\xa01.295,-",
        "per persoon, vrijgesteld van btw",
    )
    assert facts["state"] == "Plaatsen beschikbaar"
    assert facts["today"] == factories.day(0).isoformat()
    assert facts["included"] == [
        {"kind": "p", "text": "Drie boeken."},
        {"kind": "li", "text": "Koffie & thee"},
    ]


def test_a_date_that_is_over_has_no_price_and_announces_no_venue():
    event = factories.event(parts=[factories.part(-9, -8)])

    facts = brochures.brochure_facts(event)

    assert (facts["state"], facts["price"]) == ("Deze datum is voorbij", "")
    assert facts["parts"][0]["rows"] == ["Dalfsen"]


def test_only_accreditations_that_hold_on_all_days_are_listed():
    event = factories.event()
    factories.accreditations(
        {"register": "Register zonder termijn", "number": "1"},
        {
            "register": "Register tot na de terugkomdag",
            "number": "2",
            "valid_until": event.last_day,
        },
        {"register": "Register tot ervoor", "number": "3", "valid_until": event.first_day},
    )

    assert brochures.brochure_facts(event)["accreditations"] == [
        {"register": "Register zonder termijn", "details": ["wordt nagevraagd"]},
        {
            "register": "Register tot na de terugkomdag",
            "details": ["nummer 2, geldig op alle dagen van deze cursus"],
        },
    ]


def test_headings_lists_and_line_breaks_of_rich_text_become_plain_blocks():
    html = "<h3>Casuïstiek</h3><p>Een<br/>twee.</p><p></p><ol><li><p>Drie</p></li></ol>"

    assert brochures.blocks(html) == [
        {"kind": "h", "text": "Casuïstiek"},
        {"kind": "p", "text": "Een twee."},
        {"kind": "p", "text": "Drie"},
    ]


def test_the_page_links_to_its_brochure_and_serves_it(client):
    event = factories.event()
    url = f"{event.url}brochure/"

    page, response = client.get(event.url), client.get(url)

    assert f'href="{url}"' in page.content.decode()
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'inline; filename="{event.code}.pdf"'
    with pikepdf.open(io.BytesIO(response.content)) as document:
        assert (str(document.Root.Lang), len(document.pages)) == ("nl", 2)
        assert bool(document.Root.MarkInfo.Marked) is True
        assert str(document.docinfo.Title) == f"{event.title}, {event.days_in_words}"


def test_a_brochure_that_staff_uploaded_takes_precedence(client):
    uploaded = Document.objects.create(title="Folder", file=ContentFile(b"%PDF-1.7", "folder.pdf"))
    event = factories.event(brochure=uploaded)

    response = client.get(f"{event.url}brochure/")

    assert (response.status_code, response["Location"]) == (302, uploaded.url)
    assert f"{event.url}brochure/" not in client.get(event.url).content.decode()


def test_a_date_that_is_not_published_has_no_brochure(client):
    event = factories.event()
    url = f"{event.url}brochure/"
    event.page.unpublish()

    assert client.get(url).status_code == 404


def test_a_long_text_runs_on_to_more_pages():
    long = "".join(f"<h3>Kop {n}</h3><p>{'woord ' * 80}</p>" for n in range(12))
    course = factories.course(title="Cursus " * 20, assessment=long, included=long)
    facts = brochures.brochure_facts(factories.event(course, title="x" * 200))

    with pikepdf.open(io.BytesIO(brochures.brochure_pdf(facts, "en"))) as document:
        assert len(document.pages) > 2
