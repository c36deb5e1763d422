"""The link to the person's own page: mailed again, replaced, and ended."""

import uuid
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from core.models import User
from courses import mails
from courses.domain import sign_ups, transitions
from courses.models import Roster, SignUp
from courses.reading import events, links
from mail import asked, outbox

LINKS_ASKED = "links_asked"
SECOND_TAB = timedelta(minutes=15)
MOST_LINKS = 10  # mails for one question


def ask_for_links(email: str) -> None:
    """Have the worker mail the links of this address. Takes as long if it is nobody's address."""
    asked.ask(LINKS_ASKED, email)


def mail_links(email: str) -> None:
    """Mail the link of each live sign-up with this e-mail address to it, of the newest ten."""
    own = SignUp.objects.filter(email__iexact=email, state__in=SignUp.LIVE)
    for sign_up in own.order_by("-pk")[:MOST_LINKS]:
        mail_link(sign_up)


def mail_link(sign_up: SignUp, kind: str = "link_again") -> None:
    """Mail the link of this sign-up to the person, at most once an hour for each kind of mail."""
    key = _hourly_key(sign_up, kind)
    mails.send(kind, sign_up, events.of_roster(sign_up.roster), key=key)


def _hourly_key(sign_up: SignUp, kind: str) -> str:
    return f"{kind.replace('_', '-')}-{sign_up.pk}-{timezone.now():%Y%m%d%H}"


@transaction.atomic
def tell_known(roster: Roster, person: str) -> None:
    """Mail whoever is on this roster under this `person_key` that the form was filled in again.

    At most once an hour, and with a new link: the former one may be with whoever signed the person
    up, and the form was filled in again because that was somebody else. Within some minutes of the
    sign-up it is the person's own second tab.
    """
    known = sign_ups.live_sign_up(roster, person)
    if known is None or outbox.has_key(_hourly_key(known, "signed_up_already")):
        return
    known = transitions.lock_in_state(known, *SignUp.LIVE)
    if known.created_at < timezone.now() - SECOND_TAB:
        end_links(known)
        known.save(update_fields=["token_nonce", "token_hash", "idempotency_key"])
    mail_link(known, "signed_up_already")


@transaction.atomic
def replace_link(sign_up: SignUp) -> None:
    """End every link to the person's own page, and mail a new one to the address on record.

    For whoever was signed up by somebody else, or passed the link on: only who reads the mail of
    that address comes in after this. Links to pay stay, see `buyers.make_link`.
    """
    sign_up = transitions.lock_in_state(sign_up, *SignUp.State.values)
    end_links(sign_up)
    sign_up.save(update_fields=["token_nonce", "token_hash", "idempotency_key"])
    transitions.log(sign_up, timezone.now(), note="link replaced")
    mails.send("link_again", sign_up, events.of_roster(sign_up.roster))


def end_links(sign_up: SignUp) -> None:
    """Let no link that was given out, nor the form sent again, lead to the page. Does not save."""
    links.renew(sign_up)
    sign_up.idempotency_key = uuid.uuid4()


@transaction.atomic
def send_link_again(sign_up: SignUp, *, by: User) -> SignUp:
    """Mail the link to the person on behalf of the office, however often. Also after the end."""
    sign_up = transitions.lock_in_state(sign_up, *SignUp.State.values)
    mails.send("link_again", sign_up, events.of_roster(sign_up.roster))
    transitions.log(sign_up, timezone.now(), by=by, note="link sent again")
    return sign_up
