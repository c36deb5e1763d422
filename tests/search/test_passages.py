"""What the search looks in is what readers see, and leads to where they see it."""

import pytest
from bs4 import BeautifulSoup
from wagtail.models import Locale

from courses.models import CourseEventPage
from faq.models import FaqPage, FaqQuestion
from search.passages import passages


@pytest.fixture
def found(loaded_site):
    return list(passages(Locale.objects.get(language_code="nl")))


def texts(found, page):
    return " ".join(f"{p.heading} {p.text}" for p in found if p.page.startswith(page))


def test_every_anchor_is_on_its_page(found, client):
    addresses = {passage.url for passage in found if "#" in passage.url}
    ids = {}
    for page in {address.partition("#")[0] for address in addresses}:
        html = BeautifulSoup(client.get(page).content, "html.parser")
        ids[page] = {element["id"] for element in html.select("[id]")}

    assert len(addresses) > 20
    assert [a for a in addresses if a.partition("#")[2] not in ids[a.partition("#")[0]]] == []


def test_every_public_page_and_question_has_a_passage(found, loaded_site):
    pages = {page.url for page in loaded_site.get_descendants(inclusive=True).live().public()}

    assert {passage.page for passage in found if passage.kind != "question"} == pages
    assert sum(p.kind == "question" for p in found) == FaqQuestion.objects.count()


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("/cursus/runningtherapie/", "per persoon"),
        ("/cursus/runningtherapie/", "Waarom een derde dag?"),
        ("/mensen/", "Bram Bakker, psychiater"),
        ("/accreditaties/", "deelregister Sportfysiotherapeut"),
        ("/privacy/", "vergeefs"),
    ],
)
def test_what_a_template_adds_is_found(found, page, words):
    assert words.lower() in texts(found, page).lower()


def test_a_date_is_found_by_its_days_place_street_and_price(loaded_site):
    page = (
        CourseEventPage.objects.live().filter(locale__language_code="nl").order_by("first_day")[0]
    )
    part = page.parts.all()[0]
    part.venue, part.address = "De Stoomfabriek", "Kerkstraat 7"
    part.save()
    passage = next(p for p in passages(Locale.objects.get(language_code="nl")) if p.key == page.pk)

    for word in ("Dalfsen", "De Stoomfabriek", "Kerkstraat 7", "1.195", "2019", "maart", page.code):
        assert word in f"{passage.heading} {passage.text}"


def test_text_below_the_questions_is_found(loaded_site):
    page = FaqPage.objects.get(locale__language_code="nl")
    page.body = [("text", "<h2>Nog iets</h2><p>Over wandelschoenen.</p>")]
    page.save_revision().publish()
    found = list(passages(Locale.objects.get(language_code="nl")))

    assert [(p.heading, p.text) for p in found if "wandelschoenen" in p.text] == [
        ("Nog iets", "Over wandelschoenen.")
    ]


def test_what_only_people_see_who_sign_up_is_not_found(found):
    assert "toestemming" not in texts(found, "/cursus/runningtherapie/inschrijven/")
