"""A second pair of eyes: one member of staff submits a text, another approves it."""

import pytest
from django.core import mail
from django.urls import reverse
from wagtail.models import TaskState, Workflow
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from core.models import SecondPairOfEyes, User
from home.models import ContentPage
from tests.courses.office.conftest import make_client  # noqa: F401

pytestmark = pytest.mark.anywhere


@pytest.fixture
def page(site_tree):
    page = ContentPage(title="Uitleg", slug="uitleg", introduction="Oud")
    site_tree.add_child(instance=page)
    page.save_revision().publish()
    return page


@pytest.fixture
def writer(make_client):  # noqa: F811
    return make_client("Teksten")


@pytest.fixture
def reader(writer, make_client):  # noqa: F811
    """A colleague in the same group."""
    client = make_client("no group")
    User.objects.filter(pk=client.user.pk).update(email="collega@example.nl")
    client.user.groups.set(writer.user.groups.all())
    return client


def send(client, page, **action):
    data = nested_form_data(
        {
            "title": page.title,
            "slug": page.slug,
            "introduction": "Nieuw",
            "body": {"count": 0},
            "seo_title": "",
            "search_description": "",
            "share_image": "",
            "comments": inline_formset([]),
            **action,
        }
    )
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)


def approve(client, page):
    state = page.workflow_states.get().current_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    return client.post(address)


def introduction(page):
    return ContentPage.objects.get(pk=page.pk).introduction


def test_the_workflow_exists_in_a_new_database(db):
    workflow = Workflow.objects.get()
    task = workflow.tasks.get().specific
    assert (workflow.name, task.name) == ("Tweede paar ogen", "Tweede paar ogen")
    assert isinstance(task, SecondPairOfEyes)
    groups = set(task.groups.values_list("name", flat=True))
    assert groups == {"Teksten", "Cursussen", "Eigenaar"}


def test_a_colleague_approves_and_both_get_a_dutch_mail(writer, reader, page):
    mail.outbox.clear()
    assert send(writer, page, **{"action-submit": "1"}).status_code == 302
    assert introduction(page) == "Oud"
    [asked] = [sent for sent in mail.outbox if sent.to == ["collega@example.nl"]]
    assert "Uitleg" in asked.subject
    assert "goedkeuring" in asked.subject + asked.body
    assert f"/admin/pages/{page.pk}/edit/" in asked.body
    assert not any("teksten@example.nl" in sent.to[0].lower() for sent in mail.outbox)

    mail.outbox.clear()
    assert approve(reader, page).status_code == 302

    assert introduction(page) == "Nieuw"
    [told] = mail.outbox
    assert told.to == [writer.user.email]
    assert "goedgekeurd" in told.subject + told.body


def test_nobody_approves_their_own_text(writer, reader, page):
    send(writer, page, **{"action-submit": "1"})
    approve(writer, page)
    assert introduction(page) == "Oud"
    task = SecondPairOfEyes.objects.get()
    assert task.get_actions(page, writer.user) == []
    assert [name for name, *_rest in task.get_actions(page, reader.user)]
    assert not TaskState.objects.reviewable_by(writer.user).exists()
    assert TaskState.objects.reviewable_by(reader.user).count() == 1


def test_a_waiting_text_is_on_the_start_page_of_the_colleague(writer, reader, page):
    send(writer, page, **{"action-submit": "1"})
    assert "Tweede paar ogen" in reader.get(reverse("wagtailadmin_home")).text


def test_comments_can_be_added(writer, page):
    comment = {"text": "Klopt dit?", "contentpath": "introduction", "position": "", "id": ""}
    rows = inline_formset([comment | {"replies": inline_formset([])}])
    response = send(writer, page, comments=rows)
    assert response.status_code == 302, response.context["form"].errors
    [placed] = page.wagtail_admin_comments.all()
    assert (placed.text, placed.user) == ("Klopt dit?", writer.user)
