"""To the bank and back. Whatever the browser says, the provider is asked."""

import re
from contextlib import suppress
from hmac import compare_digest

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.domain import payments, strays
from courses.domain.transitions import WrongStateError
from courses.models import Payment, SignUp
from courses.reading import links
from courses.views.private import private, sign_up_or_404, to_status

MOST_LOOKS = 12  # one every five seconds: for a minute, which is longer than a bank usually takes
REFERENCE = re.compile(r"tr_[A-Za-z0-9]{1,60}")
UNPAID = {
    Payment.State.FAILED: _("Your payment did not succeed. No money has been taken."),
    Payment.State.CANCELLED: _("The payment was broken off. No money has been taken."),
    Payment.State.EXPIRED: _("The time to pay at your bank ran out. No money has been taken."),
}


@private
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request, token):
    """POST begins a payment and redirects to a page that sends the browser to the bank.

    A redirect straight from the form would need the bank's address in the content security policy
    (form-action applies to redirects too), and that address is not known beforehand.
    """
    sign_up = sign_up_or_404(token)
    if request.method != "POST":
        return to_the_bank(request, sign_up, reverse("sign_up_status", args=[token]))
    return begin(sign_up, "changed")


@private
@require_safe
def returned(request, token):
    """The person is back from the bank: ask the provider how it went, and show their page."""
    here = reverse("sign_up_status", args=[token])
    return redirect(here + outcome(request, sign_up_or_404(token)))


@csrf_exempt
@never_cache
@require_POST
def webhook(request, secret):
    """The provider reports that something happened to a payment; we then ask what.

    The answer is always the same, so that it reveals nothing.
    """
    if not compare_digest(secret.encode(), settings.MOLLIE_WEBHOOK_SECRET.encode()):
        raise Http404
    sent = request.POST.getlist("id")
    if len(sent) == 1 and REFERENCE.fullmatch(sent[0]):
        payment = payments.find_by_reference("mollie", sent[0])
        if payment:
            _sync_quietly(payment)
        else:
            strays.look_up("mollie", sent[0])
    return HttpResponse(status=200)


def begin(sign_up, note=""):
    """Begin a payment and redirect to the bank, or to the person's page if that is not possible.

    `note` is the message on that page if nothing has to be paid now.
    """
    try:
        payments.start(sign_up)
    except WrongStateError:
        return to_status(links.token(sign_up), note)
    except payments.PaymentTroubleError:
        return to_status(links.token(sign_up), "later")
    return redirect(links.status_path(sign_up, "sign_up_pay"))


def outcome(request, sign_up, *, by_buyer=False):
    """Ask the provider about open payments; the query that lets the page say how it went.

    "?waiting=" if that is not known yet, with how often the page has looked by now, "?note=unpaid"
    if there is no money, and else "".
    """
    waiting = f"?waiting={_looks(request, 'look') or 1}"
    try:
        payments.sync_open(sign_up)
    except payments.PaymentTroubleError:
        return waiting
    is_open = sign_up.payments.filter(state=Payment.State.OPEN).exists()
    if is_open:
        return waiting
    return "?note=unpaid" if unpaid(sign_up, by_buyer=by_buyer) else ""


def unpaid(sign_up, *, by_buyer=False):
    """Why the latest attempt of the person, or of the buyer, brought no money; "" if it did."""
    payment = sign_up.payments.filter(by_buyer=by_buyer).first()
    is_paid = SignUp.objects.filter(pk=sign_up.pk, state=SignUp.State.CONFIRMED).exists()
    return "" if payment is None or is_paid else UNPAID.get(payment.state, "")


def look_again_url(request, returned_url):
    """Where a waiting page without JavaScript goes by itself; "" when it has looked often enough.

    Somebody who stops it reads the page with `?waiting=0`.
    """
    looks = _looks(request, "waiting")
    return f"{returned_url}?look={looks + 1}" if 0 < looks < MOST_LOOKS else ""


def _looks(request, name):
    number = request.GET.get(name, "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 3 else 0


def to_the_bank(request, sign_up, back, *, by_buyer=False):
    payment = payments.payable(sign_up, by_buyer=by_buyer)
    if payment is None:
        return redirect(back)
    context = {"sign_up": sign_up, "payment": payment, "back": back}
    return render(request, "courses/to_the_bank.html", context)


def _sync_quietly(payment):
    # If the provider is away, it reports again later, and the job asks it too.
    with suppress(payments.PaymentTroubleError):
        payments.sync(payment)
