"""How long it is kept what people asked for in vain."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import retention
from core.retention import INTEREST, Rule
from search.missed import KEPT_WEEKS
from search.models import Missed


def _is_over(now):
    return Q(week__lt=timezone.localdate(now) - timedelta(weeks=KEPT_WEEKS))


def _forget(keys, now):
    return Missed.objects.filter(pk__in=keys).filter(_is_over(now)).delete()[0]


retention.register(
    Rule(
        key="missed",
        what=_("Words that were searched for on this site and not found"),
        purpose=_("to learn which answers are missing; counted per week, not who asked"),
        basis=INTEREST,
        term=_("thirteen weeks"),
        fields=("search.Missed",),
        order=410,
        rows=Missed.objects.all,
        over=_is_over,
        remove=_forget,
        is_foreseen=False,
    )
)
retention.impersonal("search.Generation")
