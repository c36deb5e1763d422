import pytest
from django.template import Context, Template
from django.utils import translation

from faq.models import STEPS, FaqQuestion, FaqTopic
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.anywhere]


def beside(step, language="nl"):
    with translation.override(language):
        template = Template("{% load faq_tags %}{% questions_beside step 3 %}")
        return template.render(Context({"step": step}))


@pytest.fixture
def topic(site_tree):
    return FaqTopic.objects.create(name="Betaling", slug="betaling", locale=factories.locale("nl"))


def ask(topic, question, **steps):
    return FaqQuestion.objects.create(
        topic=topic, question=question, answer="<p>Ja.</p>", locale=topic.locale, **steps
    )


@pytest.mark.parametrize("step", STEPS)
def test_a_question_stands_beside_the_step_for_which_staff_marked_it(topic, step):
    ask(topic, "Deze vraag?", **{f"at_{step}": True})
    ask(topic, "Een andere vraag?", **{f"at_{other}": True for other in STEPS if other != step})

    assert "<h3" in beside(step)
    assert ("Deze vraag?" in beside(step), "Een andere vraag?" in beside(step)) == (True, False)


def test_a_step_without_questions_has_nothing_beside_it(topic):
    ask(topic, "Een vraag?")

    assert {step: beside(step).strip() for step in STEPS} == dict.fromkeys(STEPS, "")


def test_a_question_in_dutch_does_not_stand_beside_an_english_step(topic):
    factories.locale("en")
    ask(topic, "Een vraag?", at_full=True)

    assert beside("full", "en").strip() == ""


def test_a_step_that_does_not_exist_is_a_mistake_in_a_template(topic):
    with pytest.raises(ValueError, match="lunch"):
        beside("lunch")
