"""What counts as a change of what readers see, and how it is told."""

import datetime

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import CollectionViewRestriction, Locale, PageViewRestriction, Site

from core import changes
from core.models import ContentChange, SiteImage, SiteSettings, SiteTexts, SiteWord
from courses.models import Accreditation, CourseEventPart, CoursePlace, DayMoment
from faq.models import FaqQuestion, FaqTopic
from home import models as home
from mail.models import MailText
from tests import factories, visitors


@pytest.mark.anywhere
def test_these_tables_are_watched_and_pages_are_anyway():
    assert changes._watched == {
        Accreditation,
        CollectionViewRestriction,
        CourseEventPart,
        CoursePlace,
        DayMoment,
        FaqQuestion,
        FaqTopic,
        Locale,
        MailText,
        PageViewRestriction,
        Site,
        SiteImage,
        SiteSettings,
        SiteTexts,
        SiteWord,
        home.Testimonial,
        get_document_model(),
    }


def has_noted(call):
    before = ContentChange.objects.count()
    call()
    return ContentChange.objects.count() > before


@pytest.mark.django_db
def test_a_row_that_is_saved_or_deleted_is_a_change_and_another_table_is_none():
    word = SiteWord(key="a", language="nl", text="b")
    assert [has_noted(word.save), has_noted(word.delete)] == [True, True]
    assert has_noted(Group(name="Docenten").save) is False


def test_a_page_is_a_change_when_readers_see_it_and_a_draft_is_none(loaded_site):
    page = loaded_site.get_children().get(slug="privacy").specific
    page.title = "Anders"
    assert has_noted(page.save_revision) is False
    assert has_noted(page.save_revision().publish) is True
    assert has_noted(page.unpublish) is True
    page.slug = "nergens"
    assert has_noted(page.save) is False  # offline
    assert has_noted(page.delete) is True


def test_sign_ups_write_no_change(loaded_site):
    shown = visitors.coming_event()
    assert has_noted(lambda: factories.sign_up(shown, factories.somebody())) is False


@pytest.mark.django_db
def test_the_version_differs_whichever_of_two_transactions_ends_first():
    """The row that was written first may be the last to be seen."""
    seen = {changes.version()}
    for pk in (1002, 1001):
        ContentChange.objects.create(pk=pk, mark=pk)
        seen.add(changes._find_version())
    assert len(seen) == 3


@pytest.mark.django_db
def test_old_rows_are_removed_and_the_last_ones_stay():
    now = timezone.now()
    for hours in (1, 23, 25, 100):
        ContentChange.objects.create(mark=hours, at=now - datetime.timedelta(hours=hours))
    changes.forget_old()
    left = ContentChange.objects.filter(mark__in=(1, 23, 25, 100))
    assert sorted(left.values_list("mark", flat=True)) == [1, 23]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/admin/reports/", True),
        ("/admin/editing-sessions/ping/1/2/", False),
        ("/admin/pages/3/edit/", False),  # most of them save a draft by themselves
        ("/account/login/", False),
    ],
)
def test_a_post_in_the_cms_is_a_change_unless_it_saves_a_draft(client, path, expected):
    assert has_noted(lambda: client.post(path)) is expected


@pytest.mark.django_db
def test_the_number_of_questions_while_nothing_changes(django_assert_num_queries):
    changes.stamp()
    with django_assert_num_queries(0):
        changes.stamp()
        changes.version()


@pytest.mark.django_db
def test_a_database_that_is_away_is_not_asked_by_everybody(monkeypatch):
    asked = changes.Asked(lambda: connection.cursor().execute("SELECT nothing"))
    with pytest.raises(changes.UnknownError):
        asked.fresh()
