import pytest
from django.urls import reverse

from faq.models import FaqQuestion, FaqTopic
from tests.courses.office.conftest import *  # noqa: F403  browsers

LIST = "wagtailsnippets_faq_faqquestion:list"


@pytest.fixture
def topics(site_tree):
    made = []
    for number, name in enumerate(("Betalen", "Toelating")):
        topic = FaqTopic.objects.create(
            name=name, slug=name.lower(), sort_order=number, locale=site_tree.locale
        )
        FaqQuestion.objects.create(
            topic=topic,
            question=f"Vraag over {name.lower()}?",
            answer="<p>Ja.</p>",
            highlight=not number,
            locale=site_tree.locale,
        )
        made.append(topic)
    return made


def found(response):
    return [question.question for question in response.context["object_list"]]


def test_questions_are_filtered_by_topic_highlight_and_word(make_client, topics):
    client = make_client("Teksten")
    paying, admission = "Vraag over betalen?", "Vraag over toelating?"
    assert found(client.get(reverse(LIST))) == [paying, admission]
    topic = {"topic": topics[1].pk}
    assert found(client.get(reverse(LIST), topic)) == [admission]
    assert found(client.get(reverse(LIST), {"highlight": "true"})) == [paying]
    assert found(client.get(reverse(LIST), {"q": "toelating"})) == [admission]


def test_topics_are_listed(make_client, topics):
    response = make_client("Teksten").get(reverse("wagtailsnippets_faq_faqtopic:list"))
    assert "Betalen" in response.text
