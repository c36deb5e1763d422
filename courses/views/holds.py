"""The person extends the hold on their seat, or gets a lapsed one back."""

from courses.domain import holds, seats
from courses.domain.transitions import WrongStateError
from courses.views.private import posted, sign_up_or_404, to_status


@posted
def more_time(request, token):
    try:
        holds.extend(sign_up_or_404(token))
    except WrongStateError:
        return to_status(token, "changed")
    return to_status(token, "longer")


@posted
def revive(request, token):
    try:
        holds.revive(sign_up_or_404(token))
    except WrongStateError:
        return to_status(token, "changed")
    except seats.NoSeatError:
        return to_status(token, "no-seat")
    return to_status(token, "revived")
