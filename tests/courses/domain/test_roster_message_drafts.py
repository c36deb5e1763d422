"""Drafts of mails to a course group: nothing that somebody wrote is lost."""

import uuid

import pytest

from courses.domain import roster_messages
from courses.models import RosterMessage, SignUp
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def message(event, office):
    return RosterMessage.objects.create(
        roster=event.roster,
        subject="Over {code}",
        body="<p>Beste {first_name}</p>",
        states=[SignUp.State.CONFIRMED, SignUp.State.AWAITING_PAYMENT],
        by=office,
    )


def send(message, office):
    shown = {recipient.mark for recipient in roster_messages.recipients(message)}
    return roster_messages.send(message, by=office, expected=shown)


def save(event, office, **given):
    words = {"subject": "Dag", "body": "<p>Hallo</p>", "subject_en": "", "body_en": ""}
    words |= {"states": ["confirmed"], "people": None}
    key = given.pop("draft_key", None) or uuid.uuid4()
    seen = given.pop("seen", "")
    return roster_messages.save_draft(
        event.roster, draft_key=key, seen=seen, by=office, **(words | given)
    )


def test_a_new_draft_saved_twice_is_one_draft(event, office):
    key = uuid.uuid4()
    first, _apart = save(event, office, draft_key=key)
    again, apart = save(event, office, draft_key=key)

    assert (again.pk, apart, RosterMessage.objects.count()) == (first.pk, False, 1)


def test_a_draft_can_be_continued(event, office):
    draft, _apart = save(event, office)
    changed, apart = save(
        event,
        office,
        draft_key=draft.draft_key,
        seen=roster_messages.version_of(draft),
        subject="Hoi",
    )

    assert (changed.pk, apart, RosterMessage.objects.get().subject) == (draft.pk, False, "Hoi")


def test_what_two_people_write_at_once_is_kept_in_two_drafts(event, office):
    draft, _apart = save(event, office)
    seen = roster_messages.version_of(draft)
    save(event, office, draft_key=draft.draft_key, seen=seen, subject="Van Eva")
    mine, apart = save(event, office, draft_key=draft.draft_key, seen=seen, subject="Van Jan")

    assert (mine.pk != draft.pk, apart) == (True, True)
    assert set(RosterMessage.objects.values_list("subject", flat=True)) == {"Van Eva", "Van Jan"}


def test_a_change_of_a_sent_message_becomes_a_new_draft(event, message, office):
    factories.sign_up(event)
    seen = roster_messages.version_of(message)
    send(message, office)
    mine, apart = save(event, office, draft_key=message.draft_key, seen=seen, subject="Later")

    message.refresh_from_db()
    assert (message.subject, mine.subject, mine.sent_at, apart) == (
        "Over {code}",
        "Later",
        None,
        True,
    )


def test_a_draft_that_was_discarded_is_saved_again(event, office):
    draft, _apart = save(event, office)
    seen = roster_messages.version_of(draft)
    roster_messages.discard(draft)
    assert RosterMessage.objects.count() == 0
    save(event, office, draft_key=draft.draft_key, seen=seen, subject="Toch")

    assert RosterMessage.objects.get().subject == "Toch"


def test_a_sent_message_cannot_be_discarded(event, message, office):
    factories.sign_up(event)
    send(message, office)
    with pytest.raises(roster_messages.AlreadySentError):
        roster_messages.discard(message)
    assert RosterMessage.objects.count() == 1


def test_a_draft_cannot_be_saved_over_one_of_another_group(event, message, office):
    other = factories.event()
    mine, _apart = save(other, office, draft_key=message.draft_key, subject="Anders")

    message.refresh_from_db()
    assert (message.subject, mine.roster) == ("Over {code}", other.roster)
