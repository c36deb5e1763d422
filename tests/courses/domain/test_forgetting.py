"""What remains names nobody; seats, invoices and their numbers stay as they were."""

from pathlib import Path

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from core.models import RetentionRun
from courses import mails
from courses.domain import (
    cancellations,
    certificates,
    forgetting,
    go_no_go,
    invariants,
    moves,
    people,
    presence,
    refunds,
    registrations,
    subjects,
    transitions,
)
from courses.domain.transitions import WrongStateError
from courses.models import (
    Answer,
    Attendance,
    BuyerDetails,
    Certificate,
    Consent,
    Refund,
    Roster,
    RosterMessage,
    SignUp,
    Upload,
)
from courses.office.rosters.presence import people_of
from courses.reading import links, seats
from mail.models import OutgoingMail
from tests import factories
from tests.courses.domain.removing import (
    CANARIES,
    MAIL,
    PHONE,
    again,
    dump,
    end_course,
    found_in,
    somebody,
    subject_of,
)


def test_a_person_is_removed_from_everything_but_the_invoice(
    event, office, settings, django_capture_on_commit_callbacks
):
    other = factories.sign_up(event)
    taken = somebody(event, office)
    end_course(event)
    invoice = taken.invoices.get()
    counted = seats.taken([event.roster])
    assert set(found_in(dump())) == set(CANARIES)

    with django_capture_on_commit_callbacks(execute=True):
        run = forgetting.forget(subject_of(taken), by=office)

    assert run.counts == {"participants": 1, "certificates": 1, "mail_texts": 1}
    assert taken.invoices.get().facts == invoice.facts
    taken.invoices.update(facts={})
    assert found_in(dump()) == []
    assert [path for path in Path(settings.PRIVATE_ROOT).rglob("*") if path.is_file()] == []
    assert found_in(repr(getattr(cache, "_cache", ""))) == []
    assert seats.taken([event.roster]) == counted
    assert again(other).full_name == other.full_name


def test_the_invariants_still_hold(event, office, django_capture_on_commit_callbacks):
    taken = somebody(event, office)
    end_course(event)

    with django_capture_on_commit_callbacks(execute=True):
        forgetting.forget(subject_of(taken), by=office)

    assert list(invariants.violations()) == []
    last = again(taken).changes.last()
    assert (last.by, last.note) == (office, "personal data removed")
    assert taken.changes.exclude(pk=last.pk).filter(note__gt="").count() == 0
    assert not OutgoingMail.objects.filter(state="queued", to="").exists()


def test_the_link_and_the_certificate_stop_working(client, event, office):
    taken = somebody(event, office)
    end_course(event)
    status, code = links.status_path(taken), taken.certificate.code

    forgetting.forget(subject_of(taken), by=office)

    assert client.get(status).status_code == 404
    assert client.get(reverse("certificate", args=[code])).status_code == 404
    assert certificates.find_by_code(code) is None


def test_the_remaining_sign_up_is_shown_without_a_name(event, office):
    taken = somebody(event, office)
    end_course(event)

    forgetting.forget(subject_of(taken), by=office)

    left = again(taken)
    assert (left.full_name, left.sort_name) == ("gegevens verwijderd", "gegevens verwijderd")
    assert str(left) == f"gegevens verwijderd ({left.roster.code})"
    assert left.phone_to_show == ""


def test_nothing_is_removed_while_the_course_is_still_to_come(event, office):
    taken = somebody(event, office)

    with pytest.raises(forgetting.StillNeededError) as refused:
        forgetting.forget(subject_of(taken), by=office)

    assert refused.value.reasons == {taken: ("coming",)}
    assert again(taken).email == MAIL
    assert RetentionRun.objects.count() == 0


def test_nothing_is_removed_while_money_has_to_go_back(event, office):
    taken = somebody(event, office)
    cancellations.cancel(taken, by=office, back_cents=5000)

    with pytest.raises(forgetting.StillNeededError) as refused:
        forgetting.forget(subject_of(taken), by=office)

    assert refused.value.reasons == {taken: ("money",)}
    refunds.pay_back(Refund.objects.get(), by=office, by_hand=True)
    forgetting.forget(subject_of(taken), by=office)
    assert again(taken).email == ""


def test_nothing_is_removed_while_a_called_off_date_is_paid_for(event, office):
    taken = somebody(event, office)
    go_no_go.call_off(event.roster, by=office)
    end_course(event)

    with pytest.raises(forgetting.StillNeededError) as refused:
        forgetting.forget(subject_of(taken), by=office)

    assert refused.value.reasons == {taken: ("money",)}
    assert SignUp.objects.filter(forgetting.has_open_money()).get() == taken
    cancellations.cancel(taken, by=office, back_cents=taken.price_cents)
    refunds.pay_back(Refund.objects.get(), by=office, by_hand=True)
    forgetting.forget(subject_of(taken), by=office)
    assert again(taken).email == ""


@pytest.mark.parametrize("what", ["money", "coming"])
def test_what_comes_in_between_the_page_and_the_button_stops_it(
    event, office, neighbour, monkeypatch, what
):
    """The transaction looks again, for the first look was before the lock."""
    taken = somebody(event, office)
    end_course(event)
    subject = subject_of(taken)
    lock = transitions.lock

    def lock_after_something_happened(pk, *args, **kwargs):
        monkeypatch.setattr(transitions, "lock", lock)
        if what == "money":
            paid = taken.payments.get()
            facts = {"state": Refund.State.DUE, "reason": Refund.Reason.TWICE}
            Refund.objects.create(payment=paid, amount_cents=1, created_at=timezone.now(), **facts)
        else:
            Roster.objects.filter(pk=event.roster.pk).update(last_day=timezone.localdate())
        return lock(pk, *args, **kwargs)

    monkeypatch.setattr(transitions, "lock", lock_after_something_happened)
    with pytest.raises(forgetting.StillNeededError) as refused:
        forgetting.forget(subject, by=office)

    assert refused.value.reasons == {taken: (what,)}
    assert again(taken).email == MAIL


def test_the_money_of_somebody_else_keeps_nobody(event, office, neighbour):
    """The neighbour is paying, gets money back, and paid for a date that is called off."""
    taken = somebody(event, office)
    end_course(event)
    go_no_go.call_off(neighbour.event.roster, by=office)
    ours = SignUp.objects.filter(pk=taken.pk)
    theirs = SignUp.objects.filter(pk__in=[row.pk for row in neighbour.sign_ups])

    assert not ours.filter(forgetting.has_open_money()).exists()
    assert set(theirs.filter(forgetting.has_open_money())) == {
        neighbour.handed_over,
        neighbour.waiting,
        neighbour.gone,
    }
    forgetting.forget(subject_of(taken), by=office)
    assert again(taken).email == ""


def test_a_mail_that_also_went_to_others_stays(event, office):
    taken, other = somebody(event, office), factories.sign_up(event)
    both = RosterMessage.objects.create(roster=event.roster, sent_to=[taken.pk, other.pk])
    draft = RosterMessage.objects.create(roster=event.roster, people=[other.pk])
    end_course(event)

    forgetting.forget(subject_of(taken), by=office)

    assert set(RosterMessage.objects.all()) == {both, draft}


def test_removing_twice_changes_nothing_more(event, office):
    taken = somebody(event, office)
    end_course(event)
    forgetting.forget(subject_of(taken), by=office)
    changes = taken.changes.count()

    run = forgetting.forget(subjects.find_subject("", [taken.pk]), by=office)

    assert run.counts == {}
    assert taken.changes.count() == changes


def test_nothing_new_is_recorded_about_a_person_who_was_removed(event, office):
    taken = somebody(event, office)
    taken.certificate.delete()  # a sign-up with a certificate cannot move anyway
    coming = factories.event(event.course, parts=[factories.part(80), factories.part(170)])
    end_course(event)
    forgetting.forget(subject_of(taken), by=office)
    left = again(taken)

    for verb in (
        lambda: people.correct_email(left, MAIL, by=office),
        lambda: registrations.change_number(left, "KNGF 1", by=office),
        lambda: moves.move(left, coming.roster, by=office),
    ):
        with pytest.raises(WrongStateError):
            verb()
    assert people_of(event.roster) == []
    mails.send("practical", left, event)
    assert not OutgoingMail.objects.filter(kind="practical").exists()


def test_details_are_removed_and_the_person_stays(
    event, office, django_capture_on_commit_callbacks
):
    taken = somebody(event, office)

    with django_capture_on_commit_callbacks(execute=True):
        assert forgetting.forget_details(taken.pk) is True

    left = again(taken)
    assert (left.motivation, left.remarks, left.office_note) == ("", "", "")
    assert (Answer.objects.count(), Upload.objects.count()) == (0, 0)
    assert (left.email, left.phone) == (MAIL, PHONE)
    assert Attendance.objects.count() == len(presence.expected_days(left))
    assert (BuyerDetails.objects.count(), Consent.objects.count()) == (1, 1)
    assert Certificate.objects.get().facts["name"] == left.full_name


def test_a_row_that_is_not_due_any_more_is_left_alone(event, office):
    taken = somebody(event, office)
    nobody = SignUp.objects.none()

    assert forgetting.forget_details(taken.pk, nobody) is False
    assert forgetting.forget_sign_up(taken.pk, timezone.now(), nobody) is False
    assert again(taken).remarks == "kanariewens"


def test_a_message_whose_term_has_not_passed_stays(event):
    message = RosterMessage.objects.create(roster=event.roster, body="Hoi")

    assert forgetting.forget_message(message.pk, RosterMessage.objects.none()) is False
    assert RosterMessage.objects.get() == message
