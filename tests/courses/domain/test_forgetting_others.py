"""Personal data of people who are not, or no longer, participants: and of nobody else."""

from courses.domain import (
    forgetting,
    payments,
    people,
    subjects,
)
from courses.models import (
    RosterMessage,
)
from home.mails import contact_message
from mail.models import OutgoingMail
from tests import factories
from tests.courses.domain.removing import (
    COLLEAGUE,
    MAIL,
    NAME,
    again,
    dump,
    end_course,
    found_in,
    somebody,
    subject_of,
)


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
    RosterMessage.objects.create(roster=event.roster, body="kanariewens", people=[taken.pk])
    people.substitute(taken, COLLEAGUE)
    later = RosterMessage.objects.create(roster=event.roster, body="Hoi", people=[taken.pk])

    forgetting.forget(subjects.find_subject(MAIL, []), by=office)

    assert found_in(dump()) == []
    assert list(RosterMessage.objects.all()) == [later]
