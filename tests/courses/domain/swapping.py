"""Fixtures and helpers for tests of swaps."""

import pytest

from courses.domain import swaps
from courses.models import SwapOffer
from tests import factories


@pytest.fixture
def own(institute):
    return factories.event()


@pytest.fixture
def other(own):
    """An earlier date of the same course, with one place."""
    parts = [factories.part(30, 31, place="Bloemendaal"), factories.part(120, label="Terugkomdag")]
    return factories.event(own.course, parts=parts, capacity=1)


@pytest.fixture
def wisher(own, other):
    return somebody_who_wishes(own, other)


@pytest.fixture
def offered(wisher, other, office):
    return swaps.offer(wisher, other.roster, by=office)


def somebody_who_wishes(event, *others, language="nl"):
    wishes = tuple(other.roster.pk for other in others)
    return factories.sign_up(event, factories.somebody(swap_wishes=wishes), language=language)


def places(sign_up):
    """{(roster, part): whether it is only offered}."""
    rows = sign_up.claims.values_list("roster_id", "part_key", "offer_id")
    return {(roster, part): offer is not None for roster, part, offer in rows}


def places_on(event, *, offered=False):
    return {(event.roster.pk, part.key): offered for part in event.parts}


def free(event):
    return [part.free for part in factories.again(event).parts]


def state(offer):
    return SwapOffer.objects.get(pk=offer.pk).state


def wishes(sign_up):
    return list(sign_up.swap_wishes.all())
