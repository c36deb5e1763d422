"""The revenue of each course date, and what is still due: added up by the database."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Q, Sum
from django.utils import timezone

from courses.models import Invoice, Payment, Refund, Roster, SignUp
from courses.office.money import amounts
from courses.reading import balance


@dataclass
class Money:
    """Amounts in cents. A charge-back is subtracted from what was received.

    `open` is due from people who take part, or whose place is held, and who have not paid (any
    more); not on a date that was called off, for which nobody pays.
    """

    invoiced: int = 0
    received: int = 0
    refunded: int = 0
    open: int = 0

    @property
    def kept(self):
        return max(0, self.received - self.refunded)

    @property
    def scale(self):
        """The amount that the whole bar stands for."""
        return self.kept + self.refunded + self.open

    def in_words(self):
        return {name: amounts.in_words(getattr(self, name)) for name in NAMES}

    def in_euros(self):
        return {name: Decimal(getattr(self, name)) / 100 for name in NAMES}


NAMES = ("invoiced", "received", "refunded", "open")


def per_roster(rosters):
    """{roster id: Money} of a list or queryset of rosters, in five queries.

    The money of people who moved to another date counts there.
    """
    found = defaultdict(Money)
    for name, rows in _sums(rosters).items():
        for pk, plus, minus in rows:
            money = found[pk]
            setattr(money, name, (plus or 0) - (minus or 0))
    paid = SignUp.objects.filter(roster__in=rosters, paid_at__isnull=False)
    short = balance.short(paid.exclude(roster__state=Roster.State.CALLED_OFF))
    for pk, cents in short.values_list("roster", "due_cents_sum"):
        found[pk].open += cents
    return found


def total(moneys):
    """The sum of several Money objects."""
    moneys = list(moneys)
    return Money(*(sum(getattr(money, name) for money in moneys) for name in NAMES))


def _sums(rosters):
    is_credit = Q(kind=Invoice.Kind.CREDIT_NOTE)
    unpaid = SignUp.objects.filter(
        Q(hold_until=None) | Q(hold_until__gt=timezone.now()),
        state__in=(SignUp.State.CONFIRMED, SignUp.State.AWAITING_PAYMENT),
        paid_at=None,
    ).exclude(roster__state=Roster.State.CALLED_OFF)
    return {
        "invoiced": _sum_per_roster(
            Invoice.objects.filter(sign_up__roster__in=rosters),
            "sign_up__roster",
            Sum("amount_cents", filter=~is_credit),
            Sum("amount_cents", filter=is_credit),
        ),
        "received": _sum_per_roster(
            Payment.objects.filter(sign_up__roster__in=rosters, state=Payment.State.PAID),
            "sign_up__roster",
            Sum("paid_cents"),
            Sum("charged_back_cents"),
        ),
        "refunded": _sum_per_roster(
            Refund.objects.filter(payment__sign_up__roster__in=rosters, state=Refund.State.DONE),
            "payment__sign_up__roster",
            Sum("amount_cents"),
        ),
        "open": _sum_per_roster(unpaid.filter(roster__in=rosters), "roster", Sum("price_cents")),
    }


def _sum_per_roster(rows, path, plus, minus=None):
    summed = rows.order_by().values(pk_of_roster=F(path)).annotate(plus=plus)
    if minus is None:
        return ((row["pk_of_roster"], row["plus"], 0) for row in summed)
    summed = summed.annotate(minus=minus)
    return ((row["pk_of_roster"], row["plus"], row["minus"]) for row in summed)
