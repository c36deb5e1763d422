"""The person's own page, behind a token."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from wagtail.models import Locale

from courses.documents import calendar
from courses.domain import (
    buyers,
    cancellations,
    choices,
    corrections,
    holds,
    invoices,
    people,
    refunds,
)
from courses.models import Payment, Refund, SignUp
from courses.reading import balance, events, links, places
from courses.views.documents import own_invoices
from courses.views.payments import look_again_url, unpaid
from courses.views.private import private, sign_up_or_404
from mail import outbox

State, Reason = SignUp.State, SignUp.EndReason

# The message at the top after something was done or failed, by `?note=`: (tone, text).
NOTES = {
    "changed": (
        "warning",
        _(
            "This is not possible now: your sign-up has changed in the meantime. Below you see how"
            " it stands. Nothing has been changed."
        ),
    ),
    "no-seat": (
        "warning",
        _("All places on this date have been taken in the meantime. Other dates are below."),
    ),
    "too-many": (
        "warning",
        _("This was tried many times in a short time. Wait ten minutes and try again."),
    ),
    "later": (
        "warning",
        _(
            "Paying is not possible at the moment: the payment service does not answer. Your"
            " sign-up is complete and your place is held. Try again later, there is no hurry."
        ),
    ),
    "longer": ("good", _("You have more time: we hold your place longer.")),
    "revived": ("good", _("Your place is held for you again.")),
    "saved": ("good", _("Your changes have been saved.")),
    "unchanged": ("good", _("You have not changed anything.")),
    "preferred": ("good", _("Your preference has been saved.")),
    "saved-email": (
        "good",
        _("Your changes have been saved. We have mailed the link to this page to the new address."),
    ),
    "swapped": (
        "good",
        _("You have moved to the other date. We have mailed you the new days for your calendar."),
    ),
    "swap-refused": ("good", _("You keep your present date. Thank you for letting us know.")),
    "swap-gone": (
        "warning",
        _("The other date is not offered to you any more. Your sign-up is as it was."),
    ),
    "date-full": (
        "warning",
        _(
            "There is no place left on that date: somebody else was just before you. Nothing has"
            " been changed. Choose again below."
        ),
    ),
    "pay-link": ("good", _("The payment link is below. You can forward it.")),
    "pay-link-new": ("good", _("There is a new payment link. The former one works no longer.")),
    "pay-link-mailed": ("good", _("We have mailed the payment link.")),
}

# How things stand: the heading of the page, and first in its title.
CALLED_OFF = _("This date has been cancelled")
BEING_PROCESSED = _("Your payment is being processed")
LIVE = {
    State.REVIEW: _("We are looking at your sign-up"),
    State.AWAITING_PAYMENT: _("Your place is held for you"),
    State.CONFIRMED: _("Your place is final"),
}
ENDED = {
    Reason.WITHDRAWN: _("You have withdrawn from your sign-up"),
    Reason.PERSON: _("You have cancelled your sign-up"),
    Reason.NOT_ADMITTED: _("You cannot take part in this course"),
    Reason.CALLED_OFF: _("Your sign-up has ended"),
}
CANCELLED, LAPSED = _("Your sign-up is cancelled"), _("Your place has been released")


@private
@require_safe
def status(request, token):
    sign_up = sign_up_or_404(token)
    return render(request, "courses/status.html", _context(sign_up, request, token))


@private
@require_safe
def status_calendar(request, token):
    sign_up = sign_up_or_404(token)
    event = events.for_reader(sign_up.roster, sign_up.language)
    if event is None or not sign_up.is_live:
        raise Http404
    response = HttpResponse(
        calendar.for_sign_up(sign_up, event), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{sign_up.roster.code}.ics"'
    return response


def _context(sign_up, request, token):
    event = events.of_roster(sign_up.roster, locale=Locale.get_active())
    form_page = event.sign_up_pages.get(sign_up.kind) if event else None
    is_waiting = "waiting" in request.GET and _has_open_payment(sign_up)
    return {
        "sign_up": sign_up,
        "headline": _headline(sign_up, is_waiting=is_waiting),
        "event": event,
        "parts": event.parts_for(sign_up.kind) if event else (),
        "destinations": _destinations(sign_up, event),
        "thank_you": form_page.thank_you if form_page else "",
        "alternatives": events.alternatives(event) if event and _may_try_again(sign_up) else [],
        "note": _note(request.GET.get("note"), sign_up),
        "is_waiting": is_waiting,
        "look_again_url": look_again_url(request, reverse("sign_up_returned", args=[token])),
        "is_mail_late": outbox.is_delayed_for(sign_up, to=sign_up.email),
        "quote": cancellations.quote(sign_up, event=event) if sign_up.is_live else None,
        "invoices": own_invoices(sign_up),
        "certificate": _certificate(sign_up),
        "refunds": _refunds(sign_up),
        "balance": balance.of(sign_up),
        "was_own_choice": sign_up.end_reason in (Reason.PERSON, Reason.WITHDRAWN),
        "extended_until": _extended_until(sign_up),
        "can_revive": holds.can_revive(sign_up, event),
        "choice": _choice(sign_up),
        "can_answer": bool(form_page) and corrections.can_answer(sign_up, event),
        **_answers(sign_up),
        "can_send_substitute": people.can_send_substitute(sign_up, event),
        **_employer(sign_up, event),
    }


def _answers(sign_up):
    has_answers = sign_up.answers.exclude(value="").exists()
    is_substitute = not has_answers and bool(sign_up.knows_since and people.holder_since(sign_up))
    return {"has_answers": has_answers, "asks_substitute": is_substitute}


def _destinations(sign_up, event):
    if event is None or not sign_up.is_live:
        return []
    return places.of_event(event, event.parts_for(sign_up.kind))


def _headline(sign_up, *, is_waiting):
    if choices.has_to_choose(sign_up):
        return CALLED_OFF
    if is_waiting:
        return BEING_PROCESSED
    if sign_up.is_live:
        return LIVE[sign_up.state]
    is_cancelled = sign_up.state == State.CANCELLED
    return ENDED.get(sign_up.end_reason, CANCELLED if is_cancelled else LAPSED)


def _may_try_again(sign_up):
    """Whether other dates are of use: not to somebody who was not admitted to this course."""
    return not sign_up.is_live and sign_up.end_reason != SignUp.EndReason.NOT_ADMITTED


def _note(name, sign_up):
    if name == "unpaid":  # what the bank said last, whatever address somebody kept
        why = unpaid(sign_up)
        return ("warning", why) if why else None
    return NOTES.get(name)


def _extended_until(sign_up):
    """The end of the hold if the person asks for more time now; None if they cannot."""
    if not holds.can_extend(sign_up) or buyers.details_are_final(sign_up):
        return None
    until = holds.extended_until(sign_up)
    return until if until > sign_up.hold_until else None


def _choice(sign_up):
    """What the person can choose if their date was called off; else None."""
    if not choices.has_to_choose(sign_up):
        return None
    return {
        "words": choices.in_words(sign_up),
        "reason": sign_up.roster.call_off_reasons.get(get_language(), ""),
        "dates": [
            {
                "event": event,
                "days": event.days_in_words_for(sign_up.kind),
                "availability": event.availability_for(sign_up.kind),
            }
            for event in choices.other_dates(sign_up, locale=Locale.get_active())
        ],
        "paid_cents": refunds.paid_or_waiting_cents(sign_up),
    }


def _employer(sign_up, event):
    if not buyers.may_pay(sign_up, event):
        return {"buyer_may_pay": False}
    buyer = getattr(sign_up, "buyer", None)
    return {
        "buyer_may_pay": True,
        "invoice": invoices.standing(sign_up),
        "pay_url": links.buyer_url(buyer) if buyer and buyer.token_hash else "",
    }


def _has_open_payment(sign_up):
    is_payable = sign_up.state == State.AWAITING_PAYMENT
    return is_payable and sign_up.payments.filter(state=Payment.State.OPEN).exists()


def _certificate(sign_up):
    certificate = getattr(sign_up, "certificate", None)
    return certificate if certificate and certificate.revoked_at is None else None


def _refunds(sign_up):
    """What goes back. Money that waits for the person's choice does not, or not yet."""
    back = Refund.objects.filter(payment__sign_up=sign_up).exclude(state__in=Refund.NOT_BACK)
    if choices.has_to_choose(sign_up):
        return back.exclude(pk__in=refunds.waiting_for_a_place(sign_up).values("pk"))
    return back
