import datetime

import pytest
import time_machine
from django.utils import formats, timezone, translation

from core.periodic import discover
from courses.domain import (
    buyers,
    cancellations,
    certificates,
    invoices,
    notices,
    payments,
    presence,
)
from courses.models import BuyerDetails, CourseEventPage, Invoice, Roster
from courses.reading import events, links
from mail.models import OutgoingMail
from tests import factories

NAME = {"first_name": "Jürgen-Zoë", "infix": "", "last_name": "O'Brien Müßig-Łódź"}


def at(offset, hour=9):
    """A moment that many days from today, in Dutch time."""
    clock = datetime.time(hour, 30)
    return timezone.make_aware(datetime.datetime.combine(factories.day(offset), clock))


def confirmed(event, filled_in=None, **facts):
    taken = factories.sign_up(event, filled_in, **facts)
    if taken.state == "review":
        taken.state, taken.price_cents = "awaiting_payment", 15000
        taken.save()
    return payments.record(taken, by=factories.user())


def told(kind):
    """The addresses that got a mail of this kind, in order."""
    return list(OutgoingMail.objects.filter(kind=kind).order_by("pk").values_list("to", flat=True))


def move(event, number, days):
    page = CourseEventPage.objects.get(pk=event.page.pk)
    part = page.parts.all()[number]
    part.first_day += datetime.timedelta(days)
    part.last_day += datetime.timedelta(days)
    page.parts = [part if other.pk == part.pk else other for other in page.parts.all()]
    factories.publish(page)


@pytest.fixture
def noor(event):
    return confirmed(event, factories.application())


@pytest.mark.parametrize(("offset", "mails"), [(52, 0), (53, 1), (59, 1), (60, 0)])
def test_practical_information_is_mailed_in_the_week_before_the_first_day(noor, offset, mails):
    notices.mail_practical_information(at(offset))
    notices.mail_practical_information(at(offset, hour=12))
    assert told("practical") == [noor.email] * mails


def test_people_who_join_late_still_get_practical_information(event, noor):
    notices.mail_practical_information(at(53))
    late = confirmed(event)
    notices.mail_practical_information(at(59))
    assert told("practical") == [noor.email, late.email]


def test_practical_information_is_sent_again_for_another_first_day(event, noor):
    notices.mail_practical_information(at(53))
    move(event, 0, 3)
    notices.mail_practical_information(at(56))
    assert told("practical") == [noor.email, noor.email]
    moved = events.of_roster(noor.roster).parts[0].days_in_words
    latest = OutgoingMail.objects.filter(kind="practical").latest("pk")
    assert f"Lesdagen: {moved}, Dalfsen" in latest.body_text


def test_only_confirmed_people_of_dates_that_are_not_called_off_are_mailed(event, noor):
    factories.sign_up(event)
    gone = confirmed(event)
    cancellations.cancel(gone, by=factories.user())
    called_off = factories.event()
    confirmed(called_off)
    Roster.objects.filter(pk=called_off.roster.pk).update(state=Roster.State.CALLED_OFF)
    notices.mail_practical_information(at(55))
    notices.mail_assignment(at(130))
    notices.mail_thanks(at(152))
    assert [told(kind) for kind in ("practical", "assignment", "thank_you")] == [[noor.email]] * 3


@pytest.mark.parametrize(("hour", "mails"), [(8, 0), (9, 1), (20, 1), (21, 0)])
def test_nobody_is_mailed_at_night(noor, hour, mails):
    notices.mail_practical_information(at(55, hour))
    assert len(told("practical")) == mails


def test_alumni_are_told_about_their_own_day_only(event, noor):
    person = factories.somebody(admission="alumni")
    alumna = confirmed(event, person, kind="alumni")
    notices.mail_practical_information(at(55))
    notices.mail_practical_information(at(145))
    notices.mail_assignment(at(145))
    assert told("practical") == [noor.email, alumna.email]
    assert told("assignment") == [noor.email, alumna.email]
    for mail in OutgoingMail.objects.filter(to=alumna.email, kind__in=["practical", "assignment"]):
        assert "Terugkomdag:" in mail.body_text
        assert "Lesdagen:" not in mail.body_text


@pytest.mark.parametrize(("offset", "mails"), [(121, 0), (122, 1), (149, 1), (150, 0)])
def test_the_assignment_is_mailed_four_weeks_before_the_return_day(noor, offset, mails):
    notices.mail_assignment(at(offset))
    notices.mail_assignment(at(offset))
    assert told("assignment") == [noor.email] * mails


def test_the_assignment_waits_until_the_days_before_it_are_over(institute):
    event = factories.event(parts=[factories.part(30, 31), factories.part(45, label="Terugkomdag")])
    confirmed(event)
    notices.mail_assignment(at(31))
    assert told("assignment") == []
    notices.mail_assignment(at(32))
    assert len(told("assignment")) == 1


def test_without_a_return_day_there_is_no_assignment(institute):
    confirmed(factories.event(parts=[factories.part(30)]))
    notices.mail_assignment(at(20))
    assert told("assignment") == []


@pytest.mark.parametrize(("offset", "mails"), [(150, 0), (151, 1), (164, 1), (165, 0)])
def test_thanks_are_mailed_after_the_last_day_but_not_weeks_later(noor, offset, mails):
    notices.mail_thanks(at(offset))
    notices.mail_thanks(at(offset))
    assert told("thank_you") == [noor.email] * mails


def test_thanks_ask_for_an_evaluation_where_there_is_a_form(event, noor):
    notices.mail_thanks(at(151))
    factories.settings(evaluation_url="https://forms.example.org/runningtherapie")
    confirmed(event)
    notices.mail_thanks(at(151))
    without, with_form = OutgoingMail.objects.filter(kind="thank_you").order_by("pk")
    assert "forms.example.org" not in without.body_text
    assert 'href="https://forms.example.org/runningtherapie"' in with_form.body_html


def test_people_who_were_absent_are_not_thanked(event, noor):
    came = confirmed(event)
    presence.record_days(noor, present_on=[])
    presence.record_days(came, present_on=[factories.day(60)])
    notices.mail_thanks(at(151))
    assert told("thank_you") == [came.email]


def test_three_queries_are_enough_when_nothing_is_due(noor, django_assert_max_num_queries):
    notices.mail_documents()
    for tell in (notices.mail_practical_information, notices.mail_assignment, notices.mail_thanks):
        with django_assert_max_num_queries(3):
            tell(at(20))
    with django_assert_max_num_queries(3):
        notices.mail_documents()


def test_the_worker_runs_these_jobs(noor):
    jobs = discover()
    for days, name, kind in [
        (1, "mail_papers", "buyer_invoice"),
        (55, "mail_practical_information", "practical"),
        (130, "mail_assignments", "assignment"),
        (155, "mail_thanks", "thank_you"),
    ]:
        with time_machine.travel(at(days)):
            jobs[name].run()
            jobs[name].run()
        assert told(kind) == [noor.email]


def test_an_invoice_is_mailed_once_as_a_pdf(noor):
    notices.mail_documents()
    notices.mail_documents()
    mail = OutgoingMail.objects.get(kind="buyer_invoice")
    invoice = Invoice.objects.get()
    with translation.override("nl"):
        first_day = formats.date_format(noor.roster.first_day, "j F Y")
    assert mail.to == noor.email
    assert mail.subject == f"Factuur {invoice.number}: {first_day}, Dalfsen"
    assert "€\N{NO-BREAK SPACE}1.195,-" in mail.body_text
    assert "betalen" not in mail.body_text
    paper = mail.attachments.get()
    assert (paper.filename, paper.mimetype) == (f"{invoice.number}.pdf", "application/pdf")
    assert bytes(paper.content).startswith(b"%PDF-")


def test_the_mail_of_an_unpaid_invoice_mentions_its_due_date(event):
    taken = factories.sign_up(event)
    invoice = invoices.issue(taken, due_on=datetime.date(2027, 3, 9))
    notices.mail_documents()
    mail = OutgoingMail.objects.get(kind="buyer_invoice")
    assert f"factuur {invoice.number}" in mail.body_text
    assert "Wilt u de factuur uiterlijk 9 maart 2027 betalen?" in mail.body_text


def test_an_invoice_can_still_be_paid_online(event):
    taken = factories.sign_up(event)
    taken = buyers.allow_to_pay(taken, by=factories.user())
    invoices.issue(taken, due_on=datetime.date(2027, 3, 9))
    notices.mail_documents()
    mail = OutgoingMail.objects.get(kind="buyer_invoice")
    assert f'href="{links.buyer_url(taken.buyer)}"' in mail.body_html


def test_invoices_and_credit_notes_go_to_the_buyer(noor):
    BuyerDetails.objects.create(
        sign_up=noor, organisation="Praktijk Zuid", email="finance@example.nl"
    )
    notices.mail_documents()
    cancellations.cancel(noor, by=factories.user(), back_cents=119500)
    notices.mail_documents()
    assert told("buyer_invoice") == told("buyer_credit_note") == ["finance@example.nl"]
    note = OutgoingMail.objects.get(kind="buyer_credit_note")
    assert note.attachments.get().filename == f"{Invoice.objects.get(kind='credit_note')}.pdf"


def test_a_certificate_is_mailed_to_the_person_in_their_language(event):
    taken = confirmed(event, factories.application(**NAME), language="en")
    presence.record_days(taken, present_on=[factories.day(60)])
    certificate = certificates.issue(taken)
    notices.mail_documents()
    notices.mail_documents()
    mail = OutgoingMail.objects.get(kind="certificate")
    assert (mail.to_name, mail.language) == ("Jürgen-Zoë O'Brien Müßig-Łódź", "en")
    assert mail.body_text.startswith("Dear Jürgen-Zoë,")
    assert certificates.url(certificate) in mail.body_text
    assert mail.attachments.get().filename == f"{certificate.code}.pdf"


def test_a_document_that_fails_does_not_keep_the_others_back(event, noor):
    Invoice.objects.update(facts={})
    other = confirmed(event)
    with pytest.raises(KeyError):
        notices.mail_documents()
    assert told("buyer_invoice") == [other.email]
