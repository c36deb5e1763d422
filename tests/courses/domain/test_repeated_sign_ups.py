"""The same form sent again, and the same person in another form."""

import dataclasses
import unicodedata
import uuid

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.domain import cancellations, lost_links, sign_ups
from courses.models import SignUp
from courses.reading import links
from courses.reading.availability import Availability
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_same_form_sent_again_is_the_same_sign_up(event, mails_about):
    form = factories.agreement()
    who = factories.somebody()
    first = sign_ups.sign_up(event=event, application=who, agreement=form)
    again = sign_ups.sign_up(event=event, application=who, agreement=form)
    other_phone = dataclasses.replace(who, phone="020 1234567")
    changed = sign_ups.sign_up(event=event, application=other_phone, agreement=form)

    assert [again.pk, changed.pk] == [first.pk, first.pk]
    assert mails_about(first) == ["received", "office_sign_up"]
    assert SignUp.objects.count() == 1


def test_a_form_sent_again_after_the_end_leads_to_the_ended_sign_up(event, office):
    form, who = factories.agreement(), factories.somebody()
    first = sign_ups.sign_up(event=event, application=who, agreement=form)
    cancellations.cancel(first, by=office)
    again = sign_ups.sign_up(event=event, application=who, agreement=form)
    assert again.pk == first.pk


def test_a_form_for_the_last_seat_can_be_sent_again(institute):
    event = factories.event(capacity=1)
    form, who = factories.agreement(), factories.somebody()
    first = sign_ups.sign_up(event=event, application=who, agreement=form)
    again = sign_ups.sign_up(event=factories.again(event), application=who, agreement=form)
    assert again.pk == first.pk


def test_the_sign_up_of_a_form_is_found_by_its_key_and_person(event):
    form, who = factories.agreement(), factories.somebody()
    taken = sign_ups.sign_up(event=event, application=who, agreement=form)
    assert sign_ups.made_from_form(str(form.idempotency_key), who.person_key) == taken
    assert sign_ups.made_from_form(uuid.uuid4(), who.person_key) is None
    assert sign_ups.made_from_form("", who.person_key) is None
    assert sign_ups.made_from_form(None, who.person_key) is None


def test_a_form_sent_again_with_a_colleagues_name_signs_up_the_colleague(event):
    form, who = factories.agreement(), factories.somebody()
    first = sign_ups.sign_up(event=event, application=who, agreement=form)
    colleague = dataclasses.replace(who, first_name="Collega", email="collega@example.nl")
    second = sign_ups.sign_up(event=event, application=colleague, agreement=form)
    assert (second.pk == first.pk, second.first_name) == (False, "Collega")


@pytest.mark.parametrize("changes", [{}, {"phone": "0201234567"}])
def test_the_same_person_on_another_form_gets_no_second_sign_up(event, mails_about, changes):
    first = factories.sign_up(event, factories.application())

    with pytest.raises(sign_ups.AlreadySignedUpError):
        factories.sign_up(event, factories.application(**changes))

    assert SignUp.objects.get() == first
    assert SignUp.objects.get().phone == "06 12345678"
    assert mails_about(first) == ["received", "office_sign_up"]


def test_a_full_date_is_full_for_whoever_is_on_it(institute):
    event = factories.event(capacity=1)
    factories.sign_up(event, factories.application())

    for who in (factories.application(), factories.somebody()):
        with pytest.raises(sign_ups.UnavailableError) as refused:
            factories.sign_up(factories.again(event), who)
        assert refused.value.availability == Availability.FULL


def test_somebody_known_is_told_so_by_mail_once_an_hour(event, mails_about):
    known, other = factories.sign_up(event, factories.application()), factories.sign_up(event)
    first = links.token(known)

    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _time in range(2):
            lost_links.tell_known(event.roster, factories.application().person_key)
        assert mails_about(known).count("signed_up_already") == 1
        assert links.find_sign_up(first) == known  # it may be their own second tab
        clock.shift(3601)
        lost_links.tell_known(event.roster, factories.application().person_key)
        assert links.find_sign_up(first) is None
        assert links.find_sign_up(links.token(SignUp.objects.get(pk=known.pk))) == known
    lost_links.tell_known(event.roster, factories.somebody().person_key)

    assert mails_about(known).count("signed_up_already") == 2
    assert mails_about(other).count("signed_up_already") == 0


@pytest.mark.parametrize(
    "written",
    [
        {"first_name": " NOOR ", "last_name": "meer"},
        {"infix": "Van  Der"},
        {"email": "Noor@Example.NL "},
        {"infix": "", "last_name": "van der Meer"},
    ],
)
def test_case_and_spaces_do_not_make_another_person(written):
    plain = factories.application()
    assert factories.application(**written).person_key == plain.person_key


def test_one_name_in_two_unicode_forms_is_one_person():
    names = [unicodedata.normalize(form, "Zoë Çelik") for form in ("NFC", "NFD")]
    keys = {factories.application(last_name=name).person_key for name in names}
    assert names[0] != names[1]
    assert len(keys) == 1


def test_two_people_can_share_an_address(event):
    one = factories.sign_up(event, factories.application(first_name="Noor"))
    other = factories.sign_up(event, factories.application(first_name="Sam"))
    assert one.pk != other.pk


def test_a_person_may_sign_up_for_two_dates_and_again_after_cancelling(event, office):
    other = factories.event()
    first = factories.sign_up(event, factories.application())
    second = factories.sign_up(other, factories.application())
    cancellations.cancel(first, by=office)
    third = factories.sign_up(event, factories.application(phone="0201234567"))
    assert len({first.pk, second.pk, third.pk}) == 3


def test_the_database_refuses_a_second_live_sign_up_of_one_person(event):
    first = factories.sign_up(event)
    copy = SignUp.objects.get(pk=first.pk)
    copy.pk, copy.token_hash, copy.idempotency_key = None, "another", uuid.uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)
