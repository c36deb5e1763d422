"""Another date: the person wishes for one, and answers an offer."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from core.ids import is_id
from courses.domain import swaps
from courses.domain.transitions import WrongStateError
from courses.models import SwapOffer
from courses.views.private import posted, private, sign_up_or_404, to_status

# {answer: (the function that does it, the note on the person's page afterwards)}
ANSWERS = {"yes": (swaps.accept, "swapped"), "no": (swaps.refuse, "swap-refused")}


@posted
def wishes(request, token):
    try:
        swaps.set_wishes(sign_up_or_404(token), _roster_ids(request))
    except WrongStateError:
        return to_status(token, "changed")
    return to_status(token, "preferred")


@private
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request, token, pk):
    """Show the offer and what accepting it means; POST answers it."""
    sign_up = sign_up_or_404(token)
    found = SwapOffer.objects.filter(pk=pk, sign_up=sign_up).first()
    if found is None:
        raise Http404
    if request.method == "POST" and request.POST.get("answer") in ANSWERS:
        return _answered(token, found, *ANSWERS[request.POST["answer"]])
    if swaps.open_offer(sign_up) != found:
        return to_status(token, "" if found.state == SwapOffer.State.ACCEPTED else "swap-gone")
    return render(request, "courses/swap_offer.html", {"sign_up": sign_up})


def _answered(token, found, do, note):
    try:
        do(found)
    except swaps.OfferGoneError:
        return to_status(token, "swap-gone")
    return to_status(token, note)


def _roster_ids(request):
    given = request.POST.getlist("roster")
    return [int(pk) for pk in given if is_id(pk)]
