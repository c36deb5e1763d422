"""The person cancels under the terms, withdraws within 14 days, or stops after a no-go."""

from http import HTTPStatus

from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from courses.domain import cancellations, choices, refunds
from courses.domain.transitions import WrongStateError
from courses.models import SignUp
from courses.views.private import private, sign_up_or_404, to_status


@private
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request, token):
    """The page shows the refund above the button; if that has changed, POST shows it again."""
    sign_up = sign_up_or_404(token)
    if choices.has_to_choose(sign_up):
        return redirect("sign_up_money_back", token)
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
    context = {
        "sign_up": sign_up,
        "quote": quote,
        "has_begun": cancellations.has_begun(sign_up),
    }
    return render(request, "courses/status/withdraw.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def money_back(request, token):
    """The date does not go ahead: everything paid is refunded. The page shows the amount first."""
    sign_up = sign_up_or_404(token)
    if sign_up.end_reason == SignUp.EndReason.CALLED_OFF:  # the second press, or a later visit
        return to_status(token)
    if not choices.has_to_choose(sign_up):
        return to_status(token, "changed")
    context, status = {"sign_up": sign_up}, HTTPStatus.OK
    if request.method == "POST":
        try:
            cancellations.cancel_called_off(sign_up, expected_cents=_cents(request))
            return to_status(token)
        except WrongStateError:
            return to_status(token, "changed")
        except cancellations.StaleQuoteError:
            context, status = context | {"is_stale": True}, HTTPStatus.CONFLICT
    context["paid_cents"] = refunds.paid_or_waiting_cents(sign_up)
    return render(request, "courses/status/money_back.html", context, status=status)


def _cents(request):
    """The amount in cents that the person was shown; -1, which is never right, if it is missing."""
    shown = request.POST.get("expected_cents", "")
    return int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 10 else -1
