"""The person cancels under the terms, or withdraws within the 14 days."""

from http import HTTPStatus

from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from courses.domain import cancellations
from courses.domain.transitions import WrongStateError
from courses.models import SignUp
from courses.views.private import private, sign_up_or_404, to_status


@private
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request, token):
    """What comes back stands above the button; when it changed meanwhile, it is shown again."""
    sign_up = sign_up_or_404(token)
    quote = cancellations.quote(sign_up)
    if sign_up.state not in SignUp.LIVE or quote.days_left <= 0:
        return to_status(token, "changed")
    context = {"sign_up": sign_up, "quote": quote}
    if request.method == "POST":
        try:
            cancellations.cancel_by_person(sign_up, expected_cents=_cents(request))
        except WrongStateError:
            return to_status(token, "changed")
        except cancellations.StaleQuoteError:
            context |= {"quote": cancellations.quote(sign_up), "is_stale": True}
            return render(
                request, "courses/status/cancel.html", context, status=HTTPStatus.CONFLICT
            )
        return to_status(token)
    return render(request, "courses/status/cancel.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, token):
    sign_up = sign_up_or_404(token)
    quote = cancellations.quote(sign_up)
    if sign_up.state not in SignUp.LIVE or quote.withdraw_until is None:
        return to_status(token, "changed")
    if request.method == "POST":
        try:
            cancellations.withdraw(sign_up)
        except WrongStateError:
            return to_status(token, "changed")
        return to_status(token)
    return render(request, "courses/status/withdraw.html", {"sign_up": sign_up, "quote": quote})


def _cents(request):
    """What the person saw; -1, which no amount is, when the form does not say it."""
    shown = request.POST.get("expected_cents", "")
    return int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 10 else -1
