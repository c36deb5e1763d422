"""The employer pays: at once or by invoice, through a link of their own."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from courses.domain import buyers, cancellations, holds, invariants, payments, refunds
from courses.domain.transitions import WrongStateError
from courses.gateways import pretend_bank
from courses.models import CoursePage, Invoice, Refund, SignUp
from courses.reading import links
from mail.models import OutgoingMail
from tests import factories

GGZ = buyers.Details(
    organisation="GGZ Oost",
    reference="KP 4411",
    street="Plein 1",
    postcode="8011 AB",
    city="Zwolle",
    email="facturen@ggz.example.nl",
)


@pytest.fixture
def taken(event):
    return factories.sign_up(event, factories.application(for_work=True))


@pytest.fixture
def buyer(taken, office):
    buyers.allow_to_pay(taken, by=office)
    return again(taken).buyer


def again(sign_up):
    return SignUp.objects.get(pk=sign_up.pk)


def end_of(day):
    midnight = datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time())
    return timezone.make_aware(midnight)


def test_a_buyer_must_be_allowed_for_the_course_or_for_the_person(event, taken, office):
    assert not buyers.may_pay(taken)
    with pytest.raises(WrongStateError):
        buyers.make_link(taken)

    CoursePage.objects.filter(pk=event.course.pk).update(buyer_may_pay=True)
    by_course = buyers.may_pay(taken), buyers.is_expected_to_pay(taken)
    CoursePage.objects.filter(pk=event.course.pk).update(buyer_may_pay=False)
    buyers.allow_to_pay(taken, by=office)

    assert by_course == (True, True)
    assert buyers.may_pay(again(taken))


def test_the_person_gets_the_link_when_the_office_allows_it(buyer, history):
    buyers.allow_to_pay(buyer.sign_up, by=None)
    [mail] = OutgoingMail.objects.filter(kind="buyer_allowed")

    assert (mail.to, history(buyer.sign_up)[-1]) == (
        "noor@example.nl",
        ("awaiting_payment", "office"),
    )
    assert links.buyer_url(buyer) in mail.body_text
    assert links.find_buyer(links.token(buyer)) == buyer
    assert links.find_sign_up(links.token(buyer)) is None


def test_a_new_link_revokes_the_former_one(buyer):
    former = links.token(buyer)

    same = buyers.make_link(buyer.sign_up)
    assert links.token(same) == former
    new = buyers.make_link(buyer.sign_up, anew=True)

    assert links.find_buyer(former) is None
    assert links.find_buyer(links.token(new)) == buyer


def test_the_link_is_mailed_to_the_buyer(buyer):
    for _press in range(2):
        buyers.mail_link(buyer.sign_up, "baas@ggz.example.nl")

    mail = OutgoingMail.objects.get(kind="buyer_pay_link")
    assert mail.to == again(buyer.sign_up).buyer.email == "baas@ggz.example.nl"
    assert links.buyer_url(buyer) in mail.body_text
    assert links.status_url(buyer.sign_up) not in mail.body_text


def test_a_buyer_who_pays_at_once_makes_the_place_final(buyer, mails_about):
    buyer = buyers.save_details(buyer, GGZ)
    payment = payments.start(buyer.sign_up, by_buyer=True)
    pretend_bank.decide(payment.reference, "paid")
    payments.sync(payment)

    assert again(buyer.sign_up).state == SignUp.State.CONFIRMED
    assert Invoice.objects.get().facts["buyer"]["organisation"] == "GGZ Oost"
    assert OutgoingMail.objects.get(kind="confirmed").to == "noor@example.nl"
    assert list(invariants.violations()) == []


def test_an_invoice_holds_the_place_until_the_end_of_its_due_date(buyer, office):
    invoice = buyers.choose_invoice(buyer, GGZ)

    due = factories.day(14)
    held = again(buyer.sign_up)
    assert (invoice.due_on, invoice.facts["due_on"]) == (due, due.isoformat())
    assert (held.state, held.hold_until) == (SignUp.State.AWAITING_PAYMENT, end_of(due))
    assert OutgoingMail.objects.filter(kind="office_change").count() == 1
    assert holds.expire(now=end_of(due) - datetime.timedelta(seconds=1)) == 0

    payments.record(held, by=office)
    assert again(held).state == SignUp.State.CONFIRMED
    assert Invoice.objects.count() == 1
    assert list(invariants.violations()) == []


def test_money_for_an_invoice_goes_back_to_the_buyer(buyer, office):
    buyers.choose_invoice(buyer, GGZ)
    paid = payments.record(buyer.sign_up, by=office)
    cancellations.cancel(
        paid, by=office, back_cents=paid.price_cents, paid_cents=refunds.paid_cents(paid)
    )
    refunds.pay_back(Refund.objects.get(), by=office)

    assert OutgoingMail.objects.get(kind="refunded").to == "facturen@ggz.example.nl"


def test_an_invoice_chosen_twice_is_one_invoice_whose_data_are_final(buyer):
    first = buyers.choose_invoice(buyer, GGZ)
    second = buyers.choose_invoice(buyer, buyers.Details("Iets anders", "X 1", "1", "Y", "x@y.nl"))

    assert first == second
    assert again(buyer.sign_up).buyer.organisation == "GGZ Oost"
    with pytest.raises(WrongStateError):
        buyers.save_details(buyer, GGZ)


@pytest.mark.parametrize(("first_day", "due"), [(5, 4), (1, 0), (0, None)])
def test_an_invoice_is_due_before_the_course_begins(institute, first_day, due):
    event = factories.event(parts=[factories.part(first_day)])
    taken = SignUp(roster=event.roster, kind=SignUp.Kind.COURSE)

    expected = None if due is None else factories.day(due)
    assert buyers.invoice_due_on(taken) == expected


def test_an_invoice_that_lapsed_is_credited_and_another_can_be_chosen(buyer):
    first = buyers.choose_invoice(buyer, GGZ)
    late = end_of(first.due_on)
    with time_machine.travel(late, tick=False):
        holds.expire()
        holds.expire()
        credited = list(
            Invoice.objects.filter(credits=first).values_list("amount_cents", flat=True)
        )
        holds.revive(again(buyer.sign_up))
        second = buyers.choose_invoice(again(buyer.sign_up).buyer, GGZ)

    assert credited == [first.amount_cents]
    assert second.due_on == factories.day(14 + 15)
    assert list(invariants.violations()) == []


def test_after_the_end_nobody_can_pay_or_choose_an_invoice(buyer):
    holds.expire(now=timezone.now() + datetime.timedelta(days=30))

    assert not buyers.may_pay(again(buyer.sign_up))
    for verb in (buyers.choose_invoice, buyers.save_details):
        with pytest.raises(WrongStateError):
            verb(buyer, GGZ)
    assert Invoice.objects.count() == 0
