import pytest
from bs4 import BeautifulSoup
from wagtail.models import Locale

from faq.models import FaqPage, FaqQuestion, FaqTopic

pytestmark = pytest.mark.anywhere


def topic(**values):
    return FaqTopic.objects.create(
        locale=Locale.get_default(), **{"name": "Kosten", "slug": "kosten"} | values
    )


def question(topic, text, **values):
    return FaqQuestion.objects.create(
        locale=Locale.get_default(), topic=topic, question=text, answer="<p>Ja.</p>", **values
    )


def test_an_anchor_comes_from_the_first_wording_and_stays(site_tree):
    asked = question(topic(), "Wat kost de cursus?")

    asked.question = "Wat is de prijs van de cursus?"
    asked.save()

    assert asked.anchor == "wat-kost-de-cursus"


def test_two_questions_never_share_an_anchor(site_tree):
    costs = topic()

    asked = [question(costs, "Wat kost de cursus?").anchor for _time in range(3)]

    assert asked == ["wat-kost-de-cursus", "wat-kost-de-cursus-2", "wat-kost-de-cursus-3"]


def test_a_long_question_has_a_short_anchor(site_tree):
    assert len(question(topic(), "Waarom " * 30).anchor) <= 60


def test_a_question_without_letters_has_an_anchor_too(site_tree):
    assert question(topic(), "???").anchor == "vraag"


def test_topics_and_questions_are_in_the_order_that_staff_chose(site_tree):
    late, early = topic(sort_order=2), topic(name="Toelating", slug="toelating", sort_order=1)
    second = question(late, "Twee?", sort_order=2)
    first = question(late, "Een?", sort_order=1)
    only = question(early, "Wie mag er meedoen?")
    page = site_tree.add_child(instance=FaqPage(title="Vragen"))

    assert [(row.name, row.shown_questions) for row in page.topics] == [
        ("Toelating", [only]),
        ("Kosten", [first, second]),
    ]


def test_a_topic_without_questions_is_not_shown(site_tree):
    topic()
    page = site_tree.add_child(instance=FaqPage(title="Vragen"))

    assert page.topics == []


def test_every_question_has_an_anchor_on_the_page(loaded_site, client):
    html = BeautifulSoup(client.get("/veelgestelde-vragen/").content, "html.parser")
    asked = FaqQuestion.objects.all()

    assert len(asked) == 11
    for row in asked:
        place = html.find(id=row.anchor)
        assert row.question in place.get_text()


def test_search_engines_get_every_question_with_its_answer(loaded_site):
    [data] = FaqPage.objects.get().structured_data
    told = {row["name"]: row["acceptedAnswer"]["text"] for row in data["mainEntity"]}

    assert sorted(told) == sorted(FaqQuestion.objects.values_list("question", flat=True))
    assert [text for text in told.values() if "<" in text or not text.strip()] == []
