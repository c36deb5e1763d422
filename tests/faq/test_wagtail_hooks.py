import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import rich_text

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


def test_an_earlier_answer_can_be_looked_at_and_put_back(make_client, topics):
    client = make_client("Teksten")
    question = FaqQuestion.objects.get(question="Vraag over betalen?")
    url = reverse("wagtailsnippets_faq_faqquestion:edit", args=[question.pk])
    typed = {
        "question": question.question,
        "answer": rich_text("<p>Nee.</p>"),
        "topic": question.topic_id,
        "sort_order": 0,
        "anchor": question.anchor,
    }
    client.post(url, typed | {"action-publish": "1"})
    question.refresh_from_db()
    assert "Nee." in question.answer
    first, last = question.revisions.order_by("pk")
    assert "Ja." in first.content["answer"]
    assert "Nee." in last.content["answer"]
    revert = reverse(
        "wagtailsnippets_faq_faqquestion:revisions_revert", args=[question.pk, first.pk]
    )
    form = client.get(revert).context["form"]
    assert "Ja." in form.initial["answer"]
    history = reverse("wagtailsnippets_faq_faqquestion:history", args=[question.pk])
    assert revert in client.get(history).text


def test_topics_are_listed(make_client, topics):
    response = make_client("Teksten").get(reverse("wagtailsnippets_faq_faqtopic:list"))
    assert "Betalen" in response.text
