"""The index is that of what is published now, in every process."""

import pytest
from django.db import transaction
from wagtail.models import Locale

from faq.models import FaqQuestion, FaqTopic
from home.models import ContentPage
from search import keeper
from search.models import Generation


def found(query):
    index = keeper.index_of(Locale.objects.get(language_code="nl"))
    return [hit.passage.title for hit in index.find(query)]


def publish(home, title="Sneeuwklokje"):
    page = ContentPage(title=title, slug="klokje", live=False)
    home.add_child(instance=page)
    page.save_revision().publish()
    return page


def test_it_is_made_once_and_kept(loaded_site, django_assert_num_queries):
    locale = Locale.objects.get(language_code="nl")
    kept = keeper.index_of(locale)

    with django_assert_num_queries(1):
        assert keeper.index_of(locale) is kept


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page.unpublish(),
        lambda page: page.delete(),
        lambda page: page.move(page.get_parent(), pos="first-child"),
    ],
    ids=["unpublished", "deleted", "moved"],
)
def test_each_change_of_a_page_begins_a_new_generation(
    loaded_site, change, django_capture_on_commit_callbacks
):
    page = publish(loaded_site)
    before = Generation.current()

    with django_capture_on_commit_callbacks(execute=True):
        change(ContentPage.objects.get(pk=page.pk))

    assert Generation.current() != before


def test_a_published_page_is_there_at_once_for_another_process(
    loaded_site, django_capture_on_commit_callbacks
):
    assert found("sneeuwklokje") == []

    with django_capture_on_commit_callbacks(execute=True):
        publish(loaded_site)

    assert found("sneeuwklokje") == ["Sneeuwklokje"]


def test_a_changed_question_is_there_at_once(loaded_site, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        FaqQuestion.objects.create(
            question="Mag mijn hond mee?", answer="<p>Nee.</p>", topic=FaqTopic.objects.first()
        )

    assert found("hond") == ["Mag mijn hond mee?"]


def test_what_is_rolled_back_was_never_there(loaded_site):
    with transaction.atomic():
        publish(loaded_site)
        assert found("sneeuwklokje") == ["Sneeuwklokje"]
        transaction.set_rollback(True)

    assert found("sneeuwklokje") == []


def test_a_private_page_is_not_there(loaded_site, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        page = publish(loaded_site)
    assert found("sneeuwklokje") == ["Sneeuwklokje"]

    with django_capture_on_commit_callbacks(execute=True):
        page.view_restrictions.create(restriction_type="login")

    assert found("sneeuwklokje") == []
