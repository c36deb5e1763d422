"""How far a date is on its way to the minimum, as a bar with the same in words beside it.

Give `courses/office/meter.html` a Meter as `meter`.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import SignUp


@dataclass(frozen=True)
class Meter:
    """`taken` people come to the whole course, of whom `final` for certain.

    Alumni, who join the return day only, do not help to reach the minimum.
    """

    taken: int
    final: int
    minimum: int
    capacity: int

    @property
    def is_reached(self):
        return self.taken >= self.minimum

    @property
    def waiting(self):
        return self.taken - self.final

    @property
    def scale(self):
        """How many people the whole bar stands for."""
        return max(self.capacity, self.minimum, self.taken)

    @property
    def words(self):
        """What stands beside “9 of 12”."""
        if not self.is_reached:
            state = _("%(number)s short of the minimum") % {"number": self.minimum - self.taken}
        else:
            state = _("minimum reached")
        if self.waiting:
            return _("%(final)s of them final, %(state)s") % {"final": self.final, "state": state}
        return state


def by_state(counted, states=SignUp.State):
    """{state: how many} as a list in the order of `states`, without those that do not occur."""
    return [
        {"state": state, "label": state.label, "number": counted[state]}
        for state in states
        if counted[state]
    ]


def of_rosters(rosters):
    """{roster id: Meter}, in one query. A hold whose term has passed does not count."""
    return with_numbers(rosters)[0]


def with_numbers(rosters):
    """The same, and {roster id: {state: how many}} of all who count or wait, in one query."""
    rosters = list(rosters)
    runs = ~Q(hold_until__lte=timezone.now()) | Q(hold_until=None)
    comes = runs & Q(kind=SignUp.Kind.COURSE)
    counted = SignUp.objects.filter(roster__in=rosters, state__in=SignUp.LIVE).order_by()
    counted = counted.values_list("roster", "state").annotate(
        everybody=Count("pk"), coming=Count("pk", filter=comes)
    )
    numbers, taken = defaultdict(Counter), defaultdict(Counter)
    for pk, state, everybody, coming in counted:
        numbers[pk][state] = everybody
        taken[pk][state] = coming
    meters = {
        roster.pk: Meter(
            taken=taken[roster.pk].total(),
            final=taken[roster.pk][SignUp.State.CONFIRMED],
            minimum=roster.minimum,
            capacity=roster.capacity,
        )
        for roster in rosters
    }
    return meters, numbers
