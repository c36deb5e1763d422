"""The person chooses another date, after a no-go or not. Only POST moves anybody."""

from django.shortcuts import render
from django.views.decorators.http import require_http_methods
from wagtail.models import Locale

from core.guards import within_limit
from courses.domain import choices, moves, seats
from courses.domain.transitions import WrongStateError
from courses.views.private import private, sign_up_or_404, to_status

MOVES_PER_SIGN_UP = "6/1h/key"  # each mails the person and touches two dates


@private
@require_http_methods(["GET", "HEAD", "POST"])
def move(request, token, pk):
    """Show what moving to this date means; POST does it."""
    sign_up = sign_up_or_404(token)
    if sign_up.is_live and sign_up.roster_id == pk:  # the second press, or a later visit
        return to_status(token, "swapped" if request.method == "POST" else "")
    is_called_off = choices.has_to_choose(sign_up)
    if not is_called_off and not choices.can_move_now(sign_up):
        return to_status(token, "changed")
    event = _find(choices.dates_to_choose(sign_up, locale=Locale.get_active()), pk)
    if event is None:
        return to_status(token, "date-full")
    price = choices.price_to_move(sign_up, event)
    if request.method == "POST" and request.POST.get("price", "") == _shown(price):
        if not within_limit(request, "move", MOVES_PER_SIGN_UP, by=sign_up.pk):
            return to_status(token, "too-many")
        return _moved(token, sign_up, event, price)
    context = {
        "sign_up": sign_up,
        "event": event,
        "parts": event.parts_for(sign_up.kind),
        "is_called_off": is_called_off,
        "new_price": price,
        "shown_price": _shown(price),
        "difference": 0 if price is None else abs(price - sign_up.price_cents),
        "is_stale": request.method == "POST",
    }
    return render(request, "courses/status/move.html", context)


def _shown(price):
    """What the form sends back of the price, so that nobody agrees to another than was shown."""
    return "" if price is None else str(price)


def _moved(token, sign_up, event, price):
    try:
        choices.choose_date(sign_up, event.roster, price_cents=price)
    except seats.NoSeatError:
        return to_status(token, "date-full")
    except (WrongStateError, moves.StalePriceError):
        return to_status(token, "changed")
    return to_status(token, "swapped")


def _find(events, roster_id):
    return next((event for event in events if event.roster.pk == roster_id), None)
