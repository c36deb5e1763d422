"""What remains names nobody; seats, invoices and their numbers stay as they were."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from core.models import RetentionRun
from courses import mails
from courses.domain import (
    cancellations,
    certificates,
    forgetting,
    go_no_go,
    invariants,
    moves,
    payments,
    people,
    presence,
    refunds,
    registrations,
    subjects,
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
from home.mails import contact_message
from mail.models import OutgoingMail
from tests import factories

# These occur nowhere else in the database, in files or in the cache.
NAME, MAIL, PHONE, FILE = "Zwaluwstaart", "kanarie@vogel.example", "0699887766", b"kanariefile"
CANARIES = (NAME, "kanarie", PHONE, "Kanariestraat", "kanariewens")
COLLEAGUE = people.Person("Sanne", "Bos", "sanne@example.nl", "06 87654321")


def again(sign_up):
    return SignUp.objects.get(pk=sign_up.pk)


def somebody(event, office, **facts):
    """A participant with data in every place where there can be any."""
    home = factories.buyer(street="Kanariestraat 1", email=f"boekhouding.{MAIL}")
    given = {"last_name": NAME, "email": MAIL, "phone": PHONE, "remarks": "kanariewens"}
    given |= {"motivation": "kanariewens", "buyer": home, "consents": (("Ja", True),)} | facts
    taken = factories.sign_up(event, factories.application(**given))
    upload = Upload(name="kanarie.pdf", content_type="application/pdf", size=len(FILE))
    upload.file.save("uploads/kanarie.pdf", ContentFile(FILE))
    Answer.objects.create(sign_up=taken, key="k", question="Wat?", value=NAME, upload=upload)
    paid = payments.record(taken, by=office)
    presence.record_days(paid, {event.first_day})
    certificates.issue(paid, by=office)
    SignUp.objects.filter(pk=paid.pk).update(office_note="kanariewens")
    paid.changes.update(reason="kanariewens")
    ModelLogEntry.objects.log_action(paid, "wagtail.edit", user=office)
    for mail in OutgoingMail.objects.filter(to=MAIL):
        ModelLogEntry.objects.log_action(mail, "mail.send_again", user=office)
    RosterMessage.objects.create(roster=paid.roster, body="kanariewens", sent_to=[paid.pk])
    RosterMessage.objects.create(roster=paid.roster, body="kanariewens", people=[paid.pk])
    contact_message(name=NAME, email=MAIL, message="kanariewens")
    return again(paid)


def end_course(event):
    """End the course, so that nobody needs its data any more."""
    last_day = timezone.localdate() - timedelta(days=1)
    Roster.objects.filter(pk=event.roster.pk).update(last_day=last_day)


def dump():
    """The whole database as text; bytes are in hexadecimal."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            return "\n".join(connection.connection.iterdump())
        lines = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            lines += [row[0] for row in cursor.fetchall()]
        return "\n".join(lines)


def found_in(text):
    hexed = {word: word.encode().hex() for word in CANARIES}
    text = text.casefold()
    return [word for word, code in hexed.items() if word.casefold() in text or code in text]


def subject_of(sign_up):
    return subjects.find_subject(sign_up.email, [sign_up.pk])


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


def test_another_person_with_the_same_address_stays(event, office):
    taken = somebody(event, office)
    other = factories.sign_up(event, factories.application(first_name="Piet", email=MAIL))
    end_course(event)

    forgetting.forget(subject_of(taken), by=office)

    assert again(other).email == MAIL
    assert OutgoingMail.objects.filter(to=MAIL, object_id=other.pk).count() == 1


def test_a_person_who_was_replaced_is_removed_and_the_colleague_stays(event, office):
    taken = factories.sign_up(event, factories.application(last_name=NAME, email=MAIL))
    people.substitute(taken, COLLEAGUE)
    former = subjects.find_subject(MAIL, [])
    before = OutgoingMail.objects.filter(to=COLLEAGUE.email).count()

    forgetting.forget(former, by=office)

    assert found_in(dump()) == []
    assert again(taken).full_name == "Sanne Bos"
    assert OutgoingMail.objects.filter(to=COLLEAGUE.email).exclude(body_text="").count() == before


def test_a_person_who_only_wrote_a_message_is_removed(institute, office):
    contact_message(name=NAME, email=MAIL, message="kanariewens")

    run = forgetting.forget(subjects.find_subject(MAIL, []), by=office)

    assert run.counts == {"mail_texts": 1}
    assert found_in(dump()) == []


def test_a_buyer_is_removed_and_the_participant_stays(event, office):
    taken = factories.sign_up(event, factories.application(buyer=factories.buyer(email=MAIL)))
    payments.record(taken, by=office)

    forgetting.forget(subjects.find_subject(MAIL, []), by=office)

    assert found_in(dump()) == []
    assert again(taken).full_name == "Noor van der Meer"


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


def test_the_address_of_the_institute_belongs_to_no_subject(event, institute, office):
    """Half of all mail has it, as the reply address or as the recipient of notices."""
    taken = factories.sign_up(event, factories.application(email=institute.email))
    payments.record(taken, by=office)
    others = [factories.sign_up(event) for _person in range(2)]
    end_course(event)
    about = OutgoingMail.objects.filter(object_id__in=[other.pk for other in others])
    before = list(about.order_by("pk").values("to", "body_text", "state"))

    forgetting.forget(subjects.find_subject(institute.email.upper(), [taken.pk]), by=office)

    assert list(about.order_by("pk").values("to", "body_text", "state")) == before
    assert again(taken).email == ""


def test_a_reply_address_does_not_make_somebody_the_writer(event, institute, office):
    other = factories.sign_up(event)
    OutgoingMail.objects.filter(object_id=other.pk).update(reply_to=MAIL)

    forgetting.forget(subjects.find_subject(MAIL, []), by=office)

    left = OutgoingMail.objects.get(object_id=other.pk, kind="received")
    assert (left.to, left.state) == (other.email, "queued")


def test_nothing_of_a_person_who_was_replaced_remains_with_the_colleague(event, office):
    taken = factories.sign_up(event, factories.application(last_name=NAME, email=MAIL))
    taken.changes.update(reason="kanariewens")
    former = taken.fingerprint
    RosterMessage.objects.create(roster=event.roster, body="kanariewens", people=[taken.pk])
    people.substitute(taken, COLLEAGUE)
    later = RosterMessage.objects.create(roster=event.roster, body="Hoi", people=[taken.pk])

    forgetting.forget(subjects.find_subject(MAIL, []), by=office)

    assert found_in(dump()) == []
    assert list(RosterMessage.objects.all()) == [later]
    assert again(taken).fingerprint not in ("", former)


def test_a_message_whose_term_has_not_passed_stays(event):
    message = RosterMessage.objects.create(roster=event.roster, body="Hoi")

    assert forgetting.forget_message(message.pk, RosterMessage.objects.none()) is False
    assert RosterMessage.objects.get() == message
