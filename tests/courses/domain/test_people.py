"""New contact data, and a substitute."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.utils import timezone

from courses.domain import invariants, payments, people, sign_ups
from courses.domain.transitions import WrongStateError
from courses.models import Answer, BuyerDetails, SignUp, Upload
from courses.reading import links
from mail.models import OutgoingMail
from tests import factories

HOME = sign_ups.Buyer(street="Dorpsstraat 1", postcode="1234 AB", city="Dalfsen")
WORK = sign_ups.Buyer(street="Plein 1", postcode="8011 AB", city="Zwolle", organisation="GGZ Oost")
COLLEAGUE = people.Person("Sanne", "Bos", "sanne@example.nl", "06 87654321")


@pytest.fixture
def taken(event):
    return factories.sign_up(event, factories.application(buyer=HOME))


def again(sign_up):
    return SignUp.objects.get(pk=sign_up.pk)


def mails_to(address):
    return list(OutgoingMail.objects.filter(to=address).order_by("pk").values_list("kind", "to"))


def test_the_former_address_is_warned_and_the_new_one_gets_the_link(taken):
    people.change_contact(taken, email="nieuw@example.nl", phone=taken.phone)

    moved = again(taken)
    assert moved.email == "nieuw@example.nl"
    assert moved.person_key == sign_ups.person_key("Noor", "van der", "Meer", "nieuw@example.nl")
    assert mails_to("noor@example.nl")[-1] == ("contact_changed", "noor@example.nl")
    assert mails_to("nieuw@example.nl") == [("link_again", "nieuw@example.nl")]


def test_a_new_telephone_number_mails_nobody(taken, mails_about, history):
    people.change_contact(taken, email=taken.email, phone="0529 123456")

    assert again(taken).phone == "0529 123456"
    assert mails_about(taken) == ["received", "office_sign_up"]
    assert len(history(taken)) == 2


def test_equal_values_are_no_change(taken, history):
    people.change_contact(taken, email=taken.email, phone=taken.phone)

    assert len(history(taken)) == 1


def test_the_invoice_address_can_change_until_there_is_an_invoice(taken, office):
    people.change_contact(taken, email=taken.email, phone=taken.phone, invoice={"city": "Ommen"})
    payments.record(taken, by=office)

    assert again(taken).buyer.city == "Ommen"
    with pytest.raises(WrongStateError):
        people.change_contact(
            taken, email=taken.email, phone=taken.phone, invoice={"city": "Zwolle"}
        )
    assert again(taken).buyer.city == "Ommen"


def told_of_doubles(sign_up):
    told = OutgoingMail.objects.filter(kind="office_change", object_id=sign_up.pk)
    return told.filter(body_text__contains="nu dubbel op deze datum").count()


def test_a_new_address_that_puts_a_person_on_a_date_twice_goes_to_the_office(event, taken):
    other = factories.sign_up(event, factories.application(email="tweede@example.nl"))

    people.change_contact(other, email="NOOR@example.nl", phone=other.phone)

    assert again(other).email == "NOOR@example.nl"
    assert again(other).person_key != again(taken).person_key
    assert (told_of_doubles(other), told_of_doubles(taken)) == (1, 0)
    people.change_contact(other, email="NOOR@example.nl", phone="06 87654321")
    assert told_of_doubles(other) == 1
    alone = factories.sign_up(event, factories.application(email="derde@example.nl"))
    people.change_contact(alone, email="vierde@example.nl", phone=alone.phone)
    assert told_of_doubles(alone) == 0


def test_a_colleague_takes_over_seat_and_money(taken, office, mails_about):
    payments.record(taken, by=office)
    seats = set(taken.claims.values_list("pk", flat=True))
    token = links.token(taken)

    people.substitute(taken, COLLEAGUE)

    now = again(taken)
    assert (now.full_name, now.email, now.phone) == ("Sanne Bos", COLLEAGUE.email, COLLEAGUE.phone)
    assert (now.state, now.person_key) == (SignUp.State.CONFIRMED, COLLEAGUE.key)
    assert set(now.claims.values_list("pk", flat=True)) == seats
    assert now.payments.count() == 1
    assert links.find_sign_up(token) is None
    assert links.find_sign_up(links.token(now)) == now
    assert list(invariants.violations()) == []
    former = OutgoingMail.objects.get(kind="substitute_former")
    new = OutgoingMail.objects.get(kind="substitute_new")
    assert (former.to, new.to) == ("noor@example.nl", "sanne@example.nl")
    assert links.status_url(now) in new.body_text
    assert links.status_url(now) not in former.body_text
    assert "Sanne" not in former.body_text
    assert mails_about(taken)[-1] == "office_change"


def test_a_substitute_gets_no_data_of_the_former_person(event):
    lines = [("<p>Ik ga <b>akkoord</b>.</p>", True), ("<p>Stuur mij nieuws.</p>", False)]
    factories.form_page(
        event.course,
        consents=[("consent", {"text": text, "required": must}) for text, must in lines],
    )
    filled_in = factories.application(
        buyer=HOME,
        remarks="Ik kom met de trein.",
        motivation="Zin in",
        answers=(sign_ups.Given("lunch", "Lunch?", "Vegetarisch"),),
        consents=(("Ik ga akkoord.", True), ("Stuur mij nieuws.", True)),
        swap_wishes=(factories.event(event.course).roster.pk,),
    )
    taken = factories.sign_up(factories.again(event), filled_in)
    upload = Upload.objects.create(file=ContentFile(b"x", "x.pdf"), name="diploma.pdf", size=1)
    Answer.objects.create(sign_up=taken, key="diploma", question="Diploma", upload=upload)

    people.substitute(taken, COLLEAGUE)

    now = again(taken)
    assert (now.remarks, now.motivation) == ("", "")
    assert list(now.answers.all()) == list(now.swap_wishes.all()) == []
    assert [consent.text for consent in now.consents.all()] == ["Ik ga akkoord."]
    assert (now.buyer.street, now.buyer.city) == ("", "")
    assert not hasattr(Upload.objects.get(), "answer")


def test_the_present_person_has_the_place_since_the_last_time_it_changed_hands(event, neighbour):
    start = datetime(2026, 1, 10, 9, tzinfo=UTC)
    with time_machine.travel(start) as clock:
        taken = factories.sign_up(event)
        since = [people.holder_since(taken)]
        for name in ("Sanne", "Bram"):
            clock.shift(timedelta(days=1))
            people.substitute(again(taken), replace(COLLEAGUE, first_name=name))
            since.append(people.holder_since(again(taken)))
            clock.shift(timedelta(hours=1))
            people.change_contact(again(taken), email=f"{name}@example.nl", phone=taken.phone)
            since.append(people.holder_since(again(taken)))

    first, second = since[1], since[3]
    assert since == [None, first, first, second, second]
    assert first < second
    assert people.holder_since(neighbour.handed_over) < first


def test_an_organisation_goes_on_paying_for_a_substitute(event):
    taken = factories.sign_up(event, factories.somebody(buyer=WORK))

    people.substitute(taken, COLLEAGUE)

    assert BuyerDetails.objects.get(sign_up=taken).organisation == "GGZ Oost"


def test_the_form_of_the_former_person_does_not_lead_to_the_substitute(event):
    agreement, filled_in = factories.agreement(), factories.application()
    taken = sign_ups.sign_up(event=event, application=filled_in, agreement=agreement)
    people.substitute(taken, COLLEAGUE)

    assert sign_ups.made_from_form(agreement.idempotency_key, filled_in.person_key) is None


def test_there_is_no_substitution_once_the_course_has_begun(event, taken):
    morning = datetime.combine(event.first_day, time(8), timezone.get_current_timezone())

    with time_machine.travel(morning), pytest.raises(WrongStateError):
        people.substitute(taken, COLLEAGUE)


def test_there_is_no_substitution_during_review(event):
    taken = factories.sign_up(
        event, factories.somebody(admission=SignUp.Admission.EXCEPTION, motivation="Werk")
    )

    with pytest.raises(WrongStateError):
        people.substitute(taken, COLLEAGUE)


def test_a_colleague_with_a_place_gets_another_from_a_person_and_not_from_staff(
    event, taken, office
):
    colleague = {"first_name": "Sanne", "infix": "", "last_name": "Bos"}
    factories.sign_up(event, factories.application(**colleague, email=COLLEAGUE.email))

    with pytest.raises(people.TakenError):
        people.substitute(taken, COLLEAGUE, by=office)
    assert again(taken).first_name == "Noor"

    people.substitute(taken, COLLEAGUE)
    assert (again(taken).first_name, told_of_doubles(taken)) == ("Sanne", 1)
