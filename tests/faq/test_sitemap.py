"""When search engines hear that the questions have changed."""

import datetime

import pytest
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Page

from faq.models import FaqPage, FaqQuestion
from tests.courses.test_sitemap import days

pytestmark = pytest.mark.anywhere


@pytest.fixture
def page(loaded_site):
    """The page with questions; all of the site is a year old."""
    Page.objects.update(last_published_at=timezone.now() - datetime.timedelta(days=365))
    return FaqPage.objects.get(locale=loaded_site.locale)


def test_an_edited_question_changes_its_page_and_home(page, client):
    before = days(client)[page.url]
    question, *_others = FaqQuestion.objects.filter(locale=page.locale)
    question.save_revision().publish()
    found = days(client)
    assert before == timezone.localdate() - datetime.timedelta(days=365)
    assert (found[page.url], found["/"]) == (timezone.localdate(), timezone.localdate())


def test_a_removed_question_changes_its_page(page, client):
    question, *_others = FaqQuestion.objects.filter(locale=page.locale)
    log(question, "wagtail.delete", deleted=True)
    question.delete()
    assert days(client)[page.url] == timezone.localdate()
