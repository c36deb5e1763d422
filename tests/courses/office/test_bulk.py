"""The verbs about several people at once."""

import datetime
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages.storage.fallback import FallbackStorage
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from courses.domain import certificates, payments, presence
from courses.models import (
    Attendance,
    Certificate,
    CourseEventPage,
    CourseEventPart,
    Payment,
    Roster,
    SignUp,
)
from courses.office.people import bulk, bulk_verbs, history
from courses.office.people.participants import RosterBulkView
from courses.reading import events
from mail.models import OutgoingMail
from tests.courses.office.test_exports import rows_of_csv, rows_of_xlsx

TODAY = timezone.localdate()


@pytest.fixture
def event(prepared_event, institute):
    """The date that the tests of this file share."""
    return events.of_page(CourseEventPage.objects.earliest("pk"))


@pytest.fixture
def elsewhere(event, make_sign_up):
    """A sign-up on the roster of another date."""
    roster = Roster.objects.get(pk=event.roster.pk)
    roster.pk, roster.translation_key, roster.code = None, "0" * 32, "ANDER"
    roster.save()
    taken = make_sign_up(last_name="Elders")
    SignUp.objects.filter(pk=taken.pk).update(roster=roster)
    return SignUp.objects.get(pk=taken.pk)


def begin(event):
    parts = CourseEventPart.objects.filter(page=event.page, open_to_alumni=False)
    yesterday = TODAY - datetime.timedelta(days=1)
    parts.update(first_day=yesterday, last_day=TODAY)


def bulk_url(event, slug):
    return reverse(f"rosters:bulk_{slug}", args=[event.roster.pk])


def ask(client, event, slug, *people, **more):
    return client.get(bulk_url(event, slug), {"id": [row.pk for row in people]} | more)


def do(client, event, slug, *people, **more):
    data = {"id": [row.pk for row in people]} | more
    return client.post(bulk_url(event, slug), data, follow=True)


def messages_in(response):
    return " ".join(str(message) for message in response.context["messages"])


def states():
    return dict(SignUp.objects.values_list("last_name", "state"))


def last_line_of(sign_up):
    """(state, words, user) of the last line of the history."""
    last = history.lines_of(SignUp.objects.get(pk=sign_up.pk))[-1]
    return last.state, last.words, last.by and last.by.username


# --- Payment received ----------------------------------------------------------------------------


def test_the_question_names_the_people_and_the_consequences(office, event, make_sign_up):
    unpaid = [make_sign_up(last_name=name) for name in ("Bakker", "Visser")]
    waiting = make_sign_up(last_name="Vraagt", admission="exception")
    response = ask(office, event, "record-payment", *unpaid, waiting)
    assert "Zijn de betalingen van 2 mensen binnen?" in response.text
    assert "€\xa02.390,-" in response.text
    assert [row.last_name for row in response.context["possible"]] == ["Bakker", "Visser"]
    assert response.context["skipped"] == [("staat op “Wacht op het bureau”", ["Noor Vraagt"])]
    assert set(states().values()) == {"awaiting_payment", "review"}


def test_payments_are_recorded_for_each_person(office, event, make_sign_up):
    people = [make_sign_up(last_name=name) for name in ("Bakker", "Visser")]
    response = do(office, event, "record-payment", *people)
    assert states() == {"Bakker": "confirmed", "Visser": "confirmed"}
    assert "De plaatsen van 2 mensen zijn definitief." in messages_in(response)
    assert last_line_of(people[0])[::2] == ("confirmed", office.user.username)
    assert OutgoingMail.objects.filter(kind="confirmed").count() == 2


def test_a_double_click_records_one_payment(office, event, make_sign_up):
    taken = make_sign_up()
    do(office, event, "record-payment", taken)
    response = do(office, event, "record-payment", taken)
    assert "Er is niets gewijzigd." in messages_in(response)
    assert "Noor Öztürk: staat op “Bevestigd”" in messages_in(response)
    assert Payment.objects.count() == 1


def test_a_person_who_is_skipped_does_not_stop_the_others(office, event, make_sign_up):
    people = [make_sign_up(last_name=name) for name in ("Bakker", "Visser")]
    ask(office, event, "record-payment", *people)
    payments.record(people[0], by=None)
    response = do(office, event, "record-payment", *people)
    assert states() == {"Bakker": "confirmed", "Visser": "confirmed"}
    assert "De plaats van 1 persoon is definitief." in messages_in(response)
    assert "Noor Bakker: staat op “Bevestigd”" in messages_in(response)


def test_an_error_about_one_person_does_not_stop_the_others(
    office, event, make_sign_up, rf, caplog
):
    people = [make_sign_up(last_name=name) for name in ("Bakker", "Visser")]

    def fail_at_first(sign_up, *, by, day):
        if sign_up == people[0]:
            raise ZeroDivisionError
        payments.record(sign_up, by=by, day=day)

    verb = replace(bulk_verbs.PAYMENT, do=fail_at_first)
    request = rf.post("/", {"id": [row.pk for row in people]})
    request.user, request.session = office.user, {}
    request._messages = FallbackStorage(request)
    RosterBulkView.as_view(verb=verb)(request, pk=event.roster.pk)
    assert states() == {"Bakker": "awaiting_payment", "Visser": "confirmed"}
    assert "Noor Bakker: er ging iets mis" in " ".join(map(str, request._messages))
    assert f"record-payment of sign-up {people[0].pk} failed" in caplog.text
    assert "Bakker" not in caplog.text


def test_people_of_another_date_are_not_affected(office, event, make_sign_up, elsewhere):
    taken = make_sign_up(last_name="Hier")
    response = ask(office, event, "record-payment", taken, elsewhere)
    assert [row.last_name for row in response.context["possible"]] == ["Hier"]
    assert response.context["gone"] == 1
    response = do(office, event, "record-payment", taken, elsewhere)
    assert states() == {"Hier": "confirmed", "Elders": "awaiting_payment"}
    assert "1 persoon: niet meer in deze lijst" in messages_in(response)


def test_nothing_happens_if_all_are_of_another_date(office, event, elsewhere):
    asked = office.get(bulk_url(event, "record-payment"), {"id": elsewhere.pk}, follow=True)
    done = do(office, event, "record-payment", elsewhere)

    assert messages_in(asked).strip() == (
        "Er is niemand geselecteerd, of zij staan niet meer in deze lijst."
    )
    assert messages_in(done).strip() == (
        "Er is niets gewijzigd. Overgeslagen:<ul><li>1 persoon: niet meer in deze lijst</li></ul>"
    )
    assert states() == {"Elders": "awaiting_payment"}


@pytest.mark.parametrize("ids", ["x", "-1", "9" * 30, "1,2", ""])
def test_invalid_ids_select_nobody(office, event, ids):
    response = office.get(bulk_url(event, "record-payment"), {"id": ids}, follow=True)
    assert "Er is niemand geselecteerd" in messages_in(response)


# --- Everybody in the list -----------------------------------------------------------------------


def test_all_means_those_who_match_the_filters(office, event, make_sign_up, elsewhere):
    make_sign_up(first_name="Bram", last_name="Bakker")
    make_sign_up(first_name="Bram", last_name="Vraagt", admission="exception")
    make_sign_up(last_name="Visser")
    query = {"id": "all", "q": "bram", "state": ["awaiting_payment", "review"]}
    response = office.get(bulk_url(event, "record-payment"), query)
    assert [row.last_name for row in response.context["possible"]] == ["Bakker"]
    assert len(response.context["skipped"]) == 1


def test_people_who_came_after_the_question_are_not_affected(office, event, make_sign_up):
    first = make_sign_up(last_name="Eerste")
    question = office.get(bulk_url(event, "record-payment"), {"id": "all"})
    make_sign_up(last_name="Later")
    asked = [row.pk for row in question.context["possible"]]
    assert asked == [first.pk]
    office.post(f"{bulk_url(event, 'record-payment')}?id=all", {"id": asked})
    assert states() == {"Eerste": "confirmed", "Later": "awaiting_payment"}
    assert office.post(f"{bulk_url(event, 'record-payment')}?id=all").status_code == 404


def test_too_many_at_once_are_refused(office, event, make_sign_up, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 1)
    people = [make_sign_up(), make_sign_up(last_name="Visser")]
    response = office.get(bulk_url(event, "record-payment"), {"id": "all"}, follow=True)
    assert "2 mensen zijn te veel voor één keer" in messages_in(response)
    response = do(office, event, "record-payment", *people)
    assert sorted(states().values()) == ["awaiting_payment", "confirmed"]
    assert "Overgeslagen" in messages_in(response)


# --- Admit, present, certificates ----------------------------------------------------------------


def test_people_with_a_known_price_are_admitted(office, event, make_sign_up):
    known = make_sign_up(last_name="Bekend", admission="exception")
    unknown = make_sign_up(last_name="Onbekend", admission="exception")
    SignUp.objects.filter(pk=unknown.pk).update(price_cents=None)
    assert "1 persoon toelaten?" in ask(office, event, "accept", known, unknown).text
    response = do(office, event, "accept", known, unknown)
    assert states() == {"Bekend": "awaiting_payment", "Onbekend": "review"}
    assert "de prijs is nog niet bekend" in messages_in(response)


def test_presence_on_a_day_is_noted(office, event, make_sign_up):
    there = payments.record(make_sign_up(last_name="Was Er"), by=None)
    alumna = make_sign_up(last_name="Alumna", kind="alumni", admission="alumni")
    SignUp.objects.filter(pk=alumna.pk).update(state="confirmed", hold_until=None)
    unpaid = make_sign_up(last_name="Open")
    begin(event)
    question = ask(office, event, "present", there, alumna, unpaid)
    days = [value for value, label in question.context["form"].fields["day"].choices]
    assert days == [(TODAY - datetime.timedelta(days=1)).isoformat(), TODAY.isoformat()]
    response = do(office, event, "present", there, alumna, unpaid, day=TODAY.isoformat())
    noted = Attendance.objects.values_list("sign_up", "day", "present")
    assert list(noted) == [(there.pk, TODAY, True)]
    assert "komt niet op die dag" in messages_in(response)
    assert last_line_of(there)[1:] == (
        f"als aanwezig genoteerd op {date_format(TODAY, 'j F Y')}",
        office.user.username,
    )


def test_presence_cannot_be_noted_before_the_first_day(office, event, make_sign_up):
    coming = payments.record(make_sign_up(), by=None)
    response = office.get(bulk_url(event, "present"), {"id": coming.pk}, follow=True)
    assert "Er is nog geen cursusdag geweest" in messages_in(response)


@pytest.mark.parametrize("day", ["", "2999-01-01", "x"])
def test_a_day_has_to_be_chosen(office, event, make_sign_up, day):
    there = payments.record(make_sign_up(), by=None)
    begin(event)
    assert do(office, event, "present", there, day=day).status_code == 200
    assert not Attendance.objects.exists()


def test_people_who_were_present_get_a_certificate(office, event, make_sign_up):
    there = payments.record(make_sign_up(last_name="Was Er"), by=None)
    absent = payments.record(make_sign_up(last_name="Niet"), by=None)
    has_one = payments.record(make_sign_up(last_name="Heeft"), by=None)
    begin(event)
    for person in (there, has_one):
        presence.mark_present(person, TODAY, by=None)
    certificates.issue(has_one)
    response = ask(office, event, "certificates", there, absent, has_one)
    assert [row.last_name for row in response.context["possible"]] == ["Was Er"]
    response = do(office, event, "certificates", there, absent, has_one)
    assert Certificate.objects.count() == 2
    assert last_line_of(there)[1:] == ("certificaat uitgegeven", office.user.username)
    assert "geen aanwezigheid genoteerd" in messages_in(response)


# --- Mail and export -----------------------------------------------------------------------------


def test_mail_redirects_to_writing_to_them(office, event, make_sign_up, elsewhere):
    people = [make_sign_up(last_name=name) for name in ("Bakker", "Visser")]
    response = ask(office, event, "mail", *people, elsewhere)
    target = urlsplit(response.url)
    assert target.path == reverse("rosters:message", args=[event.roster.pk])
    assert parse_qs(target.query) == {"person": [str(row.pk) for row in people]}
    assert office.get(response.url).status_code == 200


def test_export_has_only_the_people_who_are_ticked(office, event, make_sign_up):
    people = [make_sign_up(last_name=name) for name in ("Bakker", "Visser")]
    make_sign_up(last_name="Anders")
    response = ask(office, event, "export", *people, next="/admin/", ordering="-last_name")
    assert "2 mensen exporteren?" in response.text
    urls = [url for label, url in response.context["downloads"]]
    rows = rows_of_csv(office.get(urls[1]))
    assert [row["Naam"] for row in rows] == ["Visser, Noor", "Bakker, Noor"]
    assert len(rows_of_xlsx(office.get(urls[0]))) == 2


def test_export_of_all_keeps_the_filters(office, event, make_sign_up, elsewhere):
    make_sign_up(last_name="Bakker")
    make_sign_up(last_name="Vraagt", admission="exception")
    query = {"id": "all", "state": "review", "next": "/admin/"}
    response = office.get(reverse("sign_ups:bulk_export"), query)
    [_xlsx, (_label, url)] = response.context["downloads"]
    assert [row["Naam"] for row in rows_of_csv(office.get(url))] == ["Vraagt, Noor"]


# --- All dates, and rights -----------------------------------------------------------------------


def test_the_list_of_all_sign_ups_has_the_verbs_too(office, event, make_sign_up, elsewhere):
    taken = make_sign_up(last_name="Hier")
    address = reverse("sign_ups:bulk_record-payment")
    assert office.get(address, {"id": "all", "roster": event.roster.pk}).context["possible"] == [
        taken
    ]
    office.post(address, {"id": [taken.pk, elsewhere.pk]})
    assert set(states().values()) == {"confirmed"}


def offered(client, event):
    listed = client.get(reverse("rosters:people", args=[event.roster.pk]))
    return [button["url"].split("/")[-2] for button in listed.context["bulk_buttons"]]


def test_bookkeepers_only_record_payments(make_client, event, make_sign_up):
    taken = make_sign_up()
    client = make_client("Geld")
    assert offered(client, event) == ["record-payment", "export"]
    for slug in ("accept", "present", "certificates", "mail"):
        assert ask(client, event, slug, taken).url == reverse("wagtailadmin_home")
        client.post(bulk_url(event, slug), {"id": taken.pk, "day": TODAY.isoformat()})
    assert states() == {"Öztürk": "awaiting_payment"}
    do(client, event, "record-payment", taken)
    assert last_line_of(taken)[::2] == ("confirmed", "geld")


def test_staff_who_only_view_people_change_nothing(make_client, event, make_sign_up):
    taken = make_sign_up()
    client = make_client("no group")
    rights = ["access_admin", "view_roster", "view_signup"]
    client.user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    assert offered(client, event) == ["export"]
    assert ask(client, event, "record-payment", taken).url == reverse("wagtailadmin_home")
    client.post(bulk_url(event, "record-payment"), {"id": taken.pk})
    assert states() == {"Öztürk": "awaiting_payment"}


def test_payments_are_not_recorded_by_staff_who_may_not_see_the_people(
    make_client, event, make_sign_up
):
    taken = make_sign_up()
    client = make_client("no group")
    rights = ["access_admin", "change_payment"]
    client.user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    for address in (
        bulk_url(event, "record-payment"),
        reverse("sign_ups:record_payment", args=[taken.pk]),
    ):
        assert client.post(address, {"id": taken.pk}).url == reverse("wagtailadmin_home")
    assert states() == {"Öztürk": "awaiting_payment"}


def test_presence_is_noted_once_and_not_before_the_day(event, make_sign_up):
    taken = payments.record(make_sign_up(), by=None)
    with pytest.raises(presence.NotExpectedError):
        presence.mark_present(taken, event.first_day, by=None)
    begin(event)
    assert presence.mark_present(taken, TODAY, by=None)
    assert not presence.mark_present(taken, TODAY, by=None)
    assert [change.note for change in taken.changes.all()][-1] == f"present on {TODAY.isoformat()}"


def test_people_who_have_not_paid_are_cancelled_together(office, event, make_sign_up):
    people = [make_sign_up(last_name=name) for name in ("Bakker", "Visser", "Bos")]
    make_sign_up(last_name="Elders")
    payments.record(people[2], by=None)
    asked = ask(office, event, "cancel", *people)
    assert "Inschrijvingen van 2 mensen annuleren?" in asked.text
    response = do(office, event, "cancel", *people)
    assert states() == {
        "Bakker": "cancelled",
        "Visser": "cancelled",
        "Bos": "confirmed",
        "Elders": "awaiting_payment",
    }
    assert "Noor Bos: heeft betaald" in messages_in(response)
