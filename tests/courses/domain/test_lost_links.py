"""The link to the own page: mailed again, and replaced."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from courses.domain import cancellations, lost_links
from courses.models import SignUp
from courses.reading import links
from mail.models import OutgoingMail
from tests import factories


@pytest.fixture
def taken(event):
    return factories.sign_up(event, factories.application())


def again(sign_up):
    return SignUp.objects.get(pk=sign_up.pk)


def mails_to(address):
    return list(OutgoingMail.objects.filter(to=address).order_by("pk").values_list("kind", "to"))


def test_a_lost_link_is_mailed_for_each_sign_up_once_an_hour(event, taken):
    other = factories.sign_up(factories.event(event.course), factories.application())

    for _press in range(3):
        lost_links.mail_links("NOOR@example.nl")
    lost_links.mail_links("niemand@example.nl")

    again = OutgoingMail.objects.filter(kind="link_again").order_by("object_id")
    assert [(mail.object_id, mail.to) for mail in again] == [
        (taken.pk, "noor@example.nl"),
        (other.pk, "noor@example.nl"),
    ]


def test_the_link_is_mailed_again_once_an_hour(event, mails_about):
    taken = factories.sign_up(event)
    with time_machine.travel(datetime(2027, 1, 1, 9, 5, tzinfo=UTC)) as clock:
        lost_links.mail_link(taken)
        lost_links.mail_link(taken)
        assert mails_about(taken).count("link_again") == 1
        clock.shift(timedelta(hours=1))
        lost_links.mail_link(taken)
        assert mails_about(taken).count("link_again") == 2


def test_a_replaced_link_ends_those_from_before_and_is_mailed(event, taken, mails_about, history):
    neighbour = factories.sign_up(event)
    before = {sign_up: links.token(again(sign_up)) for sign_up in (taken, neighbour)}
    form = again(taken).idempotency_key

    lost_links.replace_link(taken)

    assert links.find_sign_up(before[taken]) is None
    assert links.find_sign_up(before[neighbour]) == neighbour
    assert again(taken).idempotency_key != form
    assert links.find_sign_up(links.token(again(taken))) == taken
    assert mails_about(taken)[-1] == "link_again"
    assert links.status_url(again(taken)) in OutgoingMail.objects.latest("pk").body_text
    assert mails_to(neighbour.email) == [("received", neighbour.email)]
    assert history(taken)[-1] == history(taken)[0]


def test_a_link_can_be_replaced_after_the_end(taken, office):
    cancellations.cancel(taken, by=office)

    lost_links.replace_link(taken)

    assert mails_to("noor@example.nl")[-1] == ("link_again", "noor@example.nl")


def test_so_many_mails_answer_one_question(event):
    found = [
        factories.sign_up(factories.event(event.course), factories.application())
        for _date in range(lost_links.MOST_LINKS + 1)
    ]

    lost_links.mail_links("noor@example.nl")

    mailed = OutgoingMail.objects.filter(kind="link_again").values_list("object_id", flat=True)
    assert sorted(mailed) == [sign_up.pk for sign_up in found[1:]]
