"""Making a new date: it is shown first, and then created."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.models import CourseEventPage
from courses.office.dates import new_dates

pytestmark = pytest.mark.anywhere

WEEK = datetime.timedelta(days=7)


@pytest.fixture
def editor(make_client):
    return make_client("Cursussen")


def send(client, event, day, **data):
    given = {"original": event.page.pk, "first_day": day.isoformat()} | data
    return client.post(reverse("new_date"), given)


def test_the_latest_date_is_chosen_by_default(editor, make_event, event):
    later = make_event(first_day=event.first_day + 2 * WEEK)
    make_event(first_day=event.first_day + WEEK)

    chosen = editor.get(reverse("new_date")).context["form"].initial["original"]
    asked_for = editor.get(new_dates.url(**{"from": event.page.pk}))

    assert chosen == later.page
    assert asked_for.context["form"].initial["original"] == event.page


def test_the_days_are_shown_before_the_date_is_created(editor, event):
    day = event.first_day + WEEK
    shown = send(editor, event, day)
    assert CourseEventPage.objects.count() == 1
    assert shown.context["plan"].days_in_words in shown.text

    form = shown.context["form"]
    made = send(editor, event, day, create="1", shown=form.fingerprint)

    page = CourseEventPage.objects.exclude(pk=event.page.pk).get()
    assert made.url == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert (page.first_day, page.live) == (day, False)
    editor_page = editor.get(made.url).text
    assert page.code in editor_page
    assert "Klaar om te publiceren?" in editor_page


def test_what_was_not_shown_is_not_created(editor, event):
    day = event.first_day + WEEK
    fingerprint = send(editor, event, day).context["form"].fingerprint

    answer = send(editor, event, day + WEEK, create="1", shown=fingerprint)

    assert CourseEventPage.objects.count() == 1
    assert answer.context["plan"].first_day == day + WEEK


def test_a_double_click_creates_one_date(editor, event):
    day = event.first_day + WEEK
    fingerprint = send(editor, event, day).context["form"].fingerprint
    answers = [send(editor, event, day, create="1", shown=fingerprint) for _click in range(2)]

    assert CourseEventPage.objects.count() == 2
    assert "begint op dezelfde dag" in answers[1].text


def test_a_day_that_has_passed_is_refused_and_keeps_what_was_typed(editor, event):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    answer = send(editor, event, yesterday, venue_follows="on", create="1", shown="x")

    assert "Deze dag is voorbij" in answer.text
    assert yesterday.isoformat() in answer.text
    assert answer.context["form"]["venue_follows"].value() is True


def test_other_dates_on_the_same_days_are_mentioned(editor, event):
    answer = send(editor, event, event.first_day).text

    assert f"{event.code} begint op dezelfde dag" in answer
    assert "Heeft een dag gemeen met" in answer


def test_the_menus_of_courses_and_dates_offer_a_new_date(editor, event, course):
    for page in (course, event.page):
        text = editor.get(reverse("wagtailadmin_explore", args=[page.pk]), follow=True).text
        assert f"{reverse('new_date')}?course={course.pk}" in text


@pytest.mark.parametrize("role", ["Teksten", "Bureau", "Geld"])
def test_other_groups_create_no_dates(make_client, event, course, role):
    client = make_client(role)

    assert client.get(reverse("new_date")).status_code == 302
    assert send(client, event, event.first_day + WEEK, create="1").status_code == 302
    assert CourseEventPage.objects.count() == 1


def test_without_an_earlier_date_the_page_says_what_to_do(editor, course):
    assert "Er is nog geen datum om van uit te gaan" in editor.get(reverse("new_date")).text


def test_a_first_day_can_be_typed_as_staff_write_it(editor, event):
    day = timezone.localdate() + datetime.timedelta(days=90)
    given = {"original": event.page.pk, "first_day": f"{day:%d-%m-%Y}"}
    page = editor.post(reverse("new_date"), given)
    assert page.context["form"].cleaned_data["first_day"] == day
    assert f'value="{day:%d-%m-%Y}"' in page.text


@pytest.mark.parametrize("day", ["31-12-9999", "9999-12-31"])
def test_an_unlikely_year_is_refused(editor, event, day):
    answer = editor.post(reverse("new_date"), {"original": event.page.pk, "first_day": day})
    assert "ligt te ver weg" in answer.text


def test_invalid_ids_are_ignored(editor, event):
    huge = "1" + "0" * 30
    for query in (f"?course={huge}", f"?from={huge}"):
        assert editor.get(reverse("new_date") + query).status_code == 200
    posted = editor.post(reverse("new_date"), {"original": huge, "first_day": "2030-01-01"})
    assert posted.status_code == 200
