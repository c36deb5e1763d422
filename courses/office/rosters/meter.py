"""How close a date is to its minimum number of people, as a bar and in words.

The template `courses/office/meter.html` shows the Meter `meter`.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import SignUp


@dataclass(frozen=True)
class Meter:
    """Of `taken` people on the whole course, `final` have a final place.

    Alumni, who only join the return day, do not count towards the minimum.
    """

    taken: int
    final: int
    minimum: int
    capacity: int

    @property
    def is_reached(self):
        return self.taken >= self.minimum

    @property
    def is_certain(self):
        return self.final >= self.minimum

    @property
    def waiting(self):
        return self.taken - self.final

    @property
    def scale(self):
        """The number of people that the whole bar stands for."""
        return max(self.capacity, self.minimum, self.taken)

    @property
    def words(self):
        """What the bar shows, beside “13 signed up, 9 of them final”."""
        return _("minimum %(minimum)s: %(state)s · room for %(capacity)s") % {
            "minimum": self.minimum,
            "state": self._state(),
            "capacity": self.capacity,
        }

    def _state(self):
        if not self.is_reached:
            return _("%(number)s short") % {"number": self.minimum - self.taken}
        if not self.is_certain:
            return _("met if everybody becomes final")
        return _("met")


def by_state(counted, states=SignUp.State):
    """The states that occur, in order, as dicts of `state`, `label` and `number`."""
    return [
        {"state": state, "label": state.label, "number": counted[state]}
        for state in states
        if counted[state]
    ]


def meters_of(rosters):
    """{roster id: Meter}, in one query. Holds that have passed do not count."""
    return meters_and_numbers_of(rosters)[0]


def meters_and_numbers_of(rosters):
    """`meters_of`, and {roster id: {state: number}} of all live sign-ups, in one query."""
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
