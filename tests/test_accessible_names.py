"""What links, buttons and forms are called by a screen reader, and in which language it reads.

WCAG 2.2, success criteria 2.4.4, 2.5.3 and 3.1.2, and the landmarks of ARIA.
"""

import copy
from collections import defaultdict

import pytest
from django.utils import translation

from home.models import ContentPage
from tests import factories, tours, visitors
from tests.languages import foreign_words_by_text

pytestmark = pytest.mark.anywhere


@pytest.fixture(params=["nl", "en"])
def visits(request, db):
    """{name: page} of every kind of page, in every state, in one language."""
    with translation.override(request.param):
        institute = tours.Institute(request.param)
        yield {name: visitors.soup(response) for name, response in tours.pages(institute)}


def visible_words(element):
    """The words on the screen. An icon has none."""
    element = copy.copy(element)
    for hidden in element.select(".visually-hidden, svg"):
        hidden.decompose()
    return words(element.get_text(" "))


def name_of(element):
    """What a screen reader says: its label, else its words but those that are hidden from it."""
    if label := element.get("aria-label"):
        return words(label)
    element = copy.copy(element)
    for hidden in element.select("[aria-hidden=true], svg"):
        hidden.decompose()
    return words(element.get_text(" "))


def words(text):
    return " ".join(text.lower().replace(" :", ":").split())


def test_what_is_seen_is_part_of_the_name(visits):
    wrong = {
        (visible_words(element), name_of(element)): name
        for name, page in visits.items()
        for element in page.select("a, button, summary")
        if visible_words(element) not in name_of(element)
    }
    assert wrong == {}


@pytest.mark.parametrize("path", ["/", "/veelgestelde-vragen/", "/cursus/", "/en/faq/"])
def test_links_with_one_name_lead_to_one_place(english_site, client, path):
    targets = defaultdict(set)
    for link in visitors.soup(client.get(path)).select("main a[href]"):
        targets[name_of(link)].add(link["href"])

    assert len(targets) > 5
    assert {name: where for name, where in targets.items() if len(where) > 1} == {}


def test_search_forms_and_menus_of_a_page_have_names_of_their_own(visits):
    wrong = {}
    for name, page in visits.items():
        names = [form.get("aria-label") for form in page.select("[role=search]")]
        if len(set(names)) < len(names) or None in names:
            wrong[name] = names
    assert wrong == {}


def test_the_title_of_an_own_page_begins_with_how_things_stand(visits):
    own = {
        name: (" ".join(page.h1.get_text().split()), " ".join(page.title.get_text().split()))
        for name, page in visits.items()
        if page.select_one("main .status-split")
    }

    assert len({heading for heading, _title in own.values()}) > 5
    assert {name: seen for name, seen in own.items() if not seen[1].startswith(seen[0])} == {}


def test_done_steps_are_told_to_be_done(client, db):
    form = factories.form_page(factories.course())
    event = factories.event(form.get_parent().specific, capacity=3)
    checked = visitors.send(client, form.url_for(event.code), visitors.filled_in())
    steps = [words(step.get_text(" ")) for step in visitors.soup(checked).select(".progress li")]

    assert steps == ["uw gegevens (klaar)", "controleren", "klaar"]


def test_a_page_that_is_not_translated_is_in_one_language_but_for_its_frame(english_site, client):
    dutch = ContentPage.objects.filter(locale__language_code="nl").first()
    page = dutch.copy(
        to=dutch.get_parent(), update_attrs={"slug": "nieuw", "title": "Nieuwe tekst over lopen"}
    )
    page.copy_for_translation(english_site.locale, alias=True)

    shown = visitors.soup(client.get("/en/nieuw/"))

    main, last = shown.main, shown.select_one(".crumbs li[aria-current]")
    assert (shown.html["lang"], main["lang"], last["lang"]) == ("en", "nl", "nl")
    for framed in main.select("[lang=en]"):
        framed.decompose()
    assert foreign_words_by_text(str(main), "nl") == {}
