from django import template
from wagtail.models import Locale

from courses.domain import choices, swaps
from courses.reading import events

register = template.Library()


@register.simple_tag
def swap_of(sign_up):
    """{offer, event, own, choices} of a sign-up: the open offer, and the dates to wish for.

    `event` is the date offered, `own` the current one; without an offer, all three are None.
    `choices` is a list of {event, is_wished}, or None if the person cannot wish for another date. A
    date with room is no wish: `moves` lists those to which the person can move by themselves.
    """
    locale = Locale.get_active()
    offer = swaps.open_offer(sign_up)
    return {
        "offer": offer,
        "event": events.of_roster(offer.roster, locale=locale) if offer else None,
        "own": events.of_roster(sign_up.roster, locale=locale) if offer else None,
        "choices": _choices(sign_up, offer, locale) if swaps.can_wish(sign_up) else None,
        "moves": [] if offer else choices.own_moves(sign_up, locale=locale),
    }


def _choices(sign_up, offer, locale):
    wished = set(sign_up.swap_wishes.values_list("pk", flat=True))
    return [
        {"event": event, "is_wished": event.roster.pk in wished}
        for event in swaps.choices(sign_up, locale=locale)
        if offer is None or event.roster.pk != offer.roster_id
        if event.availability.may_open or event.roster.pk in wished
    ]
