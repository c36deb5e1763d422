"""Questions, quotations, menu and footer have drafts, and readers see none of them."""

import datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Workflow, WorkflowContentType, WorkflowTask
from wagtail.test.utils.form_data import rich_text

from core.models import SecondPairOfEyes, SiteTexts
from faq.models import FaqPage, FaqQuestion
from home.models import Testimonial as Quotation  # pytest takes Test... for tests
from home.translations import outdated
from tests import factories

pytestmark = pytest.mark.anywhere

SECRET = "Zwaluwnest"  # a word that nothing on the site has
READ = ("/", "/veelgestelde-vragen/", f"/zoeken/?q={SECRET}", "/llms.txt",
        f"/zoeken/suggesties/?q={SECRET}", "/cursus/agenda.json", "/sitemap.xml")  # fmt: skip
READ_IN_ENGLISH = ("/en/", "/en/frequently-asked-questions/", f"/en/search/?q={SECRET}")


@pytest.fixture
def question(loaded_site):
    """A question on the home page; beside it every other one stays as it is."""
    found = FaqQuestion.objects.filter(locale=loaded_site.locale, highlight=True).first()
    found.save_revision().publish()
    return found


def shown_anywhere(word=SECRET, paths=READ):
    """The addresses at which a reader finds this word, other than in what was searched for."""
    found, client = [], Client()
    for path in paths:
        response = client.get(path)
        assert response.status_code == 200, path
        if not response["Content-Type"].startswith("text/html"):
            found += [path] if word in response.text else []
            continue
        html = BeautifulSoup(response.content, "html.parser")
        for echo in html.select("title, meta, h2.results__count, input, header, a[href*=vraag]"):
            echo.decompose()
        if word in str(html):
            found.append(path)
    return found


def drafted(question):
    question.question = f"Wat is een {SECRET}?"
    question.answer = f"<p>Een {SECRET} is klein.</p>"
    return question.save_revision()


def test_a_draft_of_a_question_is_nowhere_until_it_is_published(question):
    revision = drafted(question)
    assert shown_anywhere() == []
    revision.publish()
    assert shown_anywhere() == [*READ[:3], READ[4]]


def test_a_new_question_that_was_never_published_is_nowhere(question):
    FaqQuestion.objects.create(
        topic=question.topic, locale=question.locale, highlight=True, live=False,
        question=f"Wat is een {SECRET}?", answer=f"<p>{SECRET}</p>",
    )  # fmt: skip
    assert shown_anywhere() == []
    assert [row for row in outdated() if SECRET in row.title] == []


def test_a_question_that_is_taken_off_leaves_every_page_and_the_data(question):
    drafted(question).publish()
    question.refresh_from_db()
    question.unpublish()
    assert shown_anywhere() == []
    page = FaqPage.objects.get(locale=question.locale)
    names = [entry["name"] for entry in page.structured_data[0]["mainEntity"]]
    assert question.question not in names
    assert len(names) > 1


def test_a_translation_is_not_shown_while_its_source_is_not(english_site):
    source = FaqQuestion.objects.filter(locale__language_code="nl", highlight=True).first()
    translated = source.get_translation(english_site.locale)
    translated.question = f"What is a {SECRET}?"
    translated.save_revision().publish()
    before = shown_anywhere(paths=READ_IN_ENGLISH)
    source.unpublish()
    assert before == list(READ_IN_ENGLISH)
    assert shown_anywhere(paths=READ_IN_ENGLISH) == []
    source.save_revision().publish()
    assert shown_anywhere(paths=READ_IN_ENGLISH) == before


def test_a_question_is_published_and_taken_off_at_the_moments_that_staff_chose(question):
    now = timezone.now()
    question.question = f"Wat is een {SECRET}?"
    question.go_live_at = now + datetime.timedelta(days=1)
    question.expire_at = now + datetime.timedelta(days=3)
    question.save_revision().publish()
    assert shown_anywhere() == []
    with time_machine.travel(now + datetime.timedelta(days=2)):
        call_command("publish_scheduled", verbosity=0)
        assert READ[1] in shown_anywhere()
    with time_machine.travel(now + datetime.timedelta(days=4)):
        call_command("publish_scheduled", verbosity=0)
        assert shown_anywhere() == []


def test_a_draft_of_a_quotation_is_nowhere_and_one_that_is_taken_off_leaves_home(loaded_site):
    quotation = Quotation.objects.filter(locale=loaded_site.locale).first()
    quotation.quote = f"Een {SECRET} van een cursus."
    revision = quotation.save_revision()
    assert shown_anywhere() == []
    revision.publish()
    assert shown_anywhere() == ["/", READ[2]]
    quotation.refresh_from_db()
    quotation.unpublish()
    assert shown_anywhere() == []


def test_a_draft_of_menu_and_footer_is_only_in_its_preview(loaded_site, admin_client):
    texts = SiteTexts.objects.get(locale=loaded_site.locale)
    texts.footer_text = f"<p>{SECRET}</p>"
    first = texts.menu.raw_data[0]
    first["value"]["label"] = f"{SECRET} in het menu"
    revision = texts.save_revision()
    assert shown_anywhere() == []
    drafted = revision.as_object()
    preview = drafted.make_preview_request().render().text
    assert preview.count(SECRET) >= 2
    assert shown_anywhere() == []
    revision.publish()
    assert SECRET in Client().get("/privacy/").text


@pytest.fixture
def writer(loaded_site, client):
    """A colleague of the group Teksten, in a browser."""
    user = factories.user("schrijver")
    user.groups.add(Group.objects.get(name="Teksten"))
    client.force_login(user)
    return client


def send(browser, of, action, **typed):
    values = {
        "answer": rich_text(of.answer), "other_words": "",
        "topic": of.topic_id, "sort_order": of.sort_order, "highlight": "on",
        "anchor": of.anchor, "check_again_on": "", "check_again_note": "",
        "go_live_at": "", "expire_at": "",
    }  # fmt: skip
    url = reverse("wagtailsnippets_faq_faqquestion:edit", args=[of.pk])
    return browser.post(url, values | typed | {action: "1"})


def test_staff_save_a_draft_look_at_it_publish_it_and_go_back(question, writer):
    url = reverse("wagtailsnippets_faq_faqquestion:edit", args=[question.pk])
    former, first_version = question.question, question.latest_revision_id
    changes = {"question": f"Wat is een {SECRET}?"}

    assert send(writer, question, "action-save", **changes).status_code == 302
    assert shown_anywhere() == []
    assert SECRET in writer.get(url).text
    assert send(writer, question, "action-publish", **changes)["Location"] != url
    assert shown_anywhere(paths=READ[:2]) == list(READ[:2])

    back = reverse(
        "wagtailsnippets_faq_faqquestion:revisions_revert", args=[question.pk, first_version]
    )
    assert former in writer.get(back).text
    send(writer, question, "action-publish", question=former)
    assert shown_anywhere() == []
    assert FaqQuestion.objects.get(pk=question.pk).question == former


def test_the_first_button_is_publish(question, writer):
    url = reverse("wagtailsnippets_faq_faqquestion:edit", args=[question.pk])
    html = BeautifulSoup(writer.get(url).content, "html.parser")
    buttons = [b["name"] for b in html.select("button[name^=action-]")]
    assert buttons[0] == "action-publish"
    assert "action-unpublish" not in buttons[:1]


def test_a_colleague_approves_a_question_before_readers_see_it(question, writer):
    """The second pair of eyes: never that of who submitted it."""
    task = SecondPairOfEyes.objects.create(name="Meelezen")
    task.groups.add(Group.objects.get(name="Teksten"))
    workflow = Workflow.objects.create(name="Meelezen")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    kind = ContentType.objects.get_for_model(FaqQuestion)
    WorkflowContentType.objects.create(content_type=kind, workflow=workflow)
    author, reader = (factories.user(name) for name in ("schrijver", "meelezer"))
    reader.groups.add(Group.objects.get(name="Teksten"))

    changes = {"question": f"Wat is een {SECRET}?"}
    send(writer, question, "action-submit", **changes)
    question.refresh_from_db()
    state = question.current_workflow_state
    assert state.requested_by == author
    assert shown_anywhere() == []

    current = state.current_task_state
    assert current.task.specific.get_actions(question, author) == []
    assert [name for name, *_ in current.task.specific.get_actions(question, reader)] != []
    current.approve(user=reader)
    assert READ[1] in shown_anywhere()
