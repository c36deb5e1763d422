"""After a backup was put back: no mail goes out twice. See core.backups.restoring."""

from django.utils import timezone

from core.backups.erasures import hashed
from core.backups.restoring import erases, step
from mail import forgetting
from mail.models import OutgoingMail

State = OutgoingMail.State


@step("mails", order=10)
def hold_back(since):
    """Those that waited when the backup was made have gone since, unless the mail server was away;
    only staff can know.
    """
    yield from _park()


@step("mails of now", order=80)
def hold_back_what_was_due(since):
    """What the site itself wrote in the steps before, for it may have been written before too."""
    yield from _park()


def _park():
    waiting = OutgoingMail.objects.filter(state__in=[State.QUEUED, State.SENDING])
    private = waiting.filter(kind=OutgoingMail.TO_STAFF)
    private.update(state=State.FAILED, body_text="", body_html="", forgotten_at=timezone.now())
    parked = waiting.update(state=State.PARKED, leased_until=None)
    yield f"{parked} mails held back until staff release them (CMS, Outbox)"


@erases("mail.people")
def erase(line):
    found = OutgoingMail.objects.filter(forgetting.names_somebody(), pk=line["id"])
    mail = found.first()
    if mail is None or hashed(mail.message_id) != line["mark"]:
        return False
    return bool(forgetting.remove_people(found, timezone.now()))
