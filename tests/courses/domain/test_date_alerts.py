import datetime

import pytest
from django.utils import timezone

from core import retention
from courses.domain import date_alerts, forgetting, subjects
from courses.models import CourseEventPage, DateAlert
from courses.reading import links
from mail.models import OutgoingMail
from tests import factories

pytestmark = pytest.mark.anywhere

NOOR, AN = "noor@example.nl", "an@example.nl"
LONG_AGO = datetime.timedelta(days=30)


def wait(email=NOOR, town="", *, confirmed=True, language="nl"):
    """A request of a month ago."""
    date_alerts.ask(email, town, language)
    alert = DateAlert.objects.get(email=email, town=town)
    if confirmed:
        date_alerts.confirm(alert)
    before = timezone.now() - LONG_AGO
    DateAlert.objects.filter(pk=alert.pk).update(
        created_at=before, confirmed_at=before if confirmed else None
    )
    OutgoingMail.objects.all().delete()
    alert.refresh_from_db()
    return alert


def publish(days_ago=0, **facts):
    """A date with a form, published so many days ago."""
    event = factories.event(**facts)
    factories.form_page(event.course)
    at = timezone.now() - datetime.timedelta(days=days_ago)
    CourseEventPage.objects.filter(pk=event.page.pk).update(first_published_at=at)
    return factories.again(event)


def told():
    mails = OutgoingMail.objects.filter(kind="date_alert_new").order_by("to")
    return list(mails.values_list("to", flat=True))


def test_nothing_is_sent_before_the_address_is_confirmed(institute):
    date_alerts.ask(NOOR, "Dalfsen", "nl")
    publish()

    assert date_alerts.tell_of_new_dates() == 0
    mail = OutgoingMail.objects.get(to=NOOR)
    assert mail.kind == "date_alert_confirm"
    assert links.date_alert_url(DateAlert.objects.get()) in mail.body_text


def test_asking_again_mails_the_link_once_an_hour_and_makes_one_request(institute):
    for _n in range(3):
        date_alerts.ask(NOOR, "Dalfsen", "nl")
        date_alerts.ask(NOOR.upper(), "Dalfsen", "nl")
    date_alerts.ask(NOOR, "", "nl")

    assert sorted(DateAlert.objects.values_list("town", flat=True)) == ["", "Dalfsen"]
    assert OutgoingMail.objects.count() == 2


def test_a_confirmed_request_is_not_asked_to_confirm_once_more(institute):
    wait(town="Dalfsen")
    date_alerts.ask(NOOR, "Dalfsen", "nl")

    assert OutgoingMail.objects.count() == 0


def test_one_address_cannot_ask_without_end(institute):
    for number in range(date_alerts.MOST_FOR_ONE_ADDRESS + 3):
        date_alerts.ask(NOOR, f"Dorp {number}", "nl")

    assert DateAlert.objects.count() == date_alerts.MOST_FOR_ONE_ADDRESS


def test_a_new_date_is_told_once_to_who_waits_for_that_town_or_for_any(institute):
    wait(NOOR, "Dalfsen")
    wait(AN, "")
    wait("els@example.nl", "Vlieland")
    wait("ida@example.nl", "Dalfsen", confirmed=False)
    publish()

    assert date_alerts.tell_of_new_dates() == 2
    assert date_alerts.tell_of_new_dates() == 0
    assert told() == [AN, NOOR]


def test_a_date_from_before_the_request_is_no_news(institute):
    publish(days_ago=40)
    wait(NOOR, "Dalfsen")

    assert date_alerts.tell_of_new_dates() == 0


def test_a_date_is_told_only_once_one_can_join_it(institute):
    wait(NOOR)
    opens = timezone.now() + datetime.timedelta(days=7)
    publish(sign_up_opens=opens)

    assert date_alerts.tell_of_new_dates() == 0


def test_the_mail_has_the_days_and_the_way_to_the_date_and_out(institute):
    alert = wait(NOOR, "Dalfsen")
    event = publish()
    date_alerts.tell_of_new_dates()
    mail = OutgoingMail.objects.get(kind="date_alert_new")

    assert mail.subject.endswith(f"{event.first_day.year}, Dalfsen")
    assert event.days_in_words.split()[0] in mail.body_text
    assert event.page.url in mail.body_text
    assert links.date_alert_url(alert) in mail.body_text


def test_who_stops_is_removed_and_told_nothing_more(institute):
    date_alerts.stop(wait(NOOR, "Dalfsen"))
    other = wait(AN, "Dalfsen")
    publish()
    date_alerts.tell_of_new_dates()

    assert list(DateAlert.objects.all()) == [other]
    assert told() == [AN]


def test_the_demand_is_counted_per_town_and_names_nobody(institute):
    wait(NOOR, "Dalfsen")
    wait(AN, "Dalfsen")
    wait(AN, "")
    wait("els@example.nl", "Vlieland", confirmed=False)

    assert date_alerts.demand() == [("Dalfsen", 2), ("", 1)]


@pytest.mark.parametrize(
    ("age", "confirmed", "is_due"),
    [(6, False, False), (8, False, True), (8, True, False), (700, True, False), (800, True, True)],
)
def test_a_request_is_kept_no_longer_than_promised(institute, age, confirmed, is_due):
    alert = wait(NOOR, confirmed=confirmed)
    made = timezone.now() - datetime.timedelta(days=age)
    DateAlert.objects.filter(pk=alert.pk).update(created_at=made)
    now = timezone.now()
    rule = next(rule for rule in retention.rules() if rule.key == "date_alerts")
    kept = wait(AN)

    assert list(rule.due(now)) == ([alert] if is_due else [])
    rule.remove([alert.pk, kept.pk], now)
    assert list(DateAlert.objects.all().order_by("pk")) == ([kept] if is_due else [alert, kept])


def test_who_is_forgotten_waits_no_longer(institute):
    wait(NOOR.upper(), "Dalfsen")
    other = wait(AN, "Dalfsen")
    forgetting.forget(subjects.find_subject(NOOR, []), by=factories.user())

    assert list(DateAlert.objects.all()) == [other]
