"""A mail to a course group is sent while everything happens at once, in real threads."""

import uuid

from courses.domain import cancellations, people, roster_messages
from courses.models import Change, RosterMessage, SignUp
from mail.models import OutgoingMail
from tests import factories
from tests.load.threads import at_once

TOO_LATE = (roster_messages.AlreadySentError, roster_messages.StaleAudienceError)


def test_clicks_cancellations_and_edits_at_once_mail_nobody_twice_or_unseen(own_database):
    factories.settings()
    event, office = factories.event(), factories.user()
    taken = factories.fill(event, seats=6)
    words = {"subject": "Dag", "body": "<p>{first_name}</p>", "subject_en": "", "body_en": ""}
    words |= {"states": list(SignUp.LIVE), "people": None}
    message = RosterMessage.objects.create(roster=event.roster, by=office, **words)
    seen = {recipient.mark for recipient in roster_messages.recipients(message)}
    version = roster_messages.version_of(message)
    eva = people.Person("Eva", "Bos", "eva@example.nl", "0612345678")

    def send():
        return roster_messages.send(message, by=office, expected=seen)

    def edit():
        return roster_messages.save_draft(
            event.roster,
            draft_key=message.draft_key,
            seen=version,
            by=office,
            **{**words, "body": "<p>Iets anders</p>"},
        )

    def cancel():
        return cancellations.cancel(taken[0], by=office)

    def substitute():
        return people.substitute(taken[1], eva)

    assert_nobody_was_mailed_twice_or_unseen(at_once([send, cancel, send, substitute, edit, send]))


def assert_nobody_was_mailed_twice_or_unseen(results):
    sent = [result for result in results if isinstance(result, roster_messages.Sent)]
    troubles = [r for r in results if isinstance(r, Exception) and not isinstance(r, TOO_LATE)]
    mails = OutgoingMail.objects.filter(kind="roster_message")
    assert troubles == []
    assert len(sent) <= 1
    assert mails.count() == sum(row.number for row in sent)
    assert mails.count() == Change.objects.filter(note=roster_messages.HISTORY_NOTE).count()
    assert not mails.filter(to="eva@example.nl").exists()
    assert not mails.filter(body_text__contains="Iets anders").exists()
    # The edit is kept, as a draft of its own if the mail was sent before.
    drafts = RosterMessage.objects.filter(body="<p>Iets anders</p>", sent_at=None)
    assert drafts.count() == 1


def test_a_double_click_on_a_new_draft_keeps_one(own_database):
    factories.settings()
    event, office = factories.event(), factories.user()
    words = {"subject": "Dag", "body": "<p>Hoi</p>", "subject_en": "", "body_en": ""}
    words |= {"states": ["confirmed"], "people": None}
    draft_key = uuid.uuid4()

    def save():
        return roster_messages.save_draft(
            event.roster, draft_key=draft_key, seen="", by=office, **words
        )

    results = at_once([save] * 4)

    assert [result for result in results if isinstance(result, Exception)] == []
    assert RosterMessage.objects.get().draft_key == draft_key
