"""What somebody paid, got back and owes: the one place where the money of a sign-up is added up."""

from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BigIntegerField,
    Count,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce

from courses.models import Invoice, Payment, Refund, SignUp


@dataclass(frozen=True)
class Balance:
    """The money of one sign-up, in cents.

    `back` is paid back or on its way, `undecided` waits for the office, `kept` is what they decided
    not to pay back. `invoiced` and `credited` are what the papers say.
    """

    came_in: int
    charged_back: int
    back: int
    undecided: int
    kept: int
    invoiced: int
    credited: int

    @property
    def held(self) -> int:
        """What is there: in, minus what the bank took back and what went back."""
        return self.came_in - self.charged_back - self.back

    @property
    def short(self) -> int:
        """What the papers ask for and is not there."""
        return max(0, self.invoiced - self.credited - self.held)

    @property
    def over(self) -> int:
        """What is there and no paper asks for, beyond what the office decides or decided about."""
        return max(0, self.held - self.invoiced + self.credited - self.undecided - self.kept)

    @property
    def closes(self) -> bool:
        return not self.short and not self.over


def of(sign_up: SignUp) -> Balance:
    """The balance of one sign-up; in no query if it was fetched `with_sums`, else in one."""
    row = sign_up
    if not hasattr(row, "came_in_cents_sum"):
        row = with_sums(SignUp.objects.filter(pk=sign_up.pk)).get()
    return Balance(**{name: getattr(row, f"{name}_cents_sum") for name in SUMS})


def with_sums(sign_ups: QuerySet[SignUp]) -> QuerySet[SignUp]:
    """The sign-ups with what `of` adds up."""
    return sign_ups.annotate(**{f"{name}_cents_sum": total for name, total in SUMS.items()})


def unsettled(sign_ups: QuerySet[SignUp]) -> QuerySet[SignUp]:
    """Those whose money and papers do not agree, without annotations.

    Whoever still waits to pay may owe the invoice that was chosen. Only sign-ups with something out
    of the ordinary are added up: a charge-back, a refund, a credit note, a payment taken back, a
    part of the price or a second payment.
    """
    return sign_ups.filter(pk__in=differing(SignUp.objects.filter(_is_unusual())).values("pk"))


def differing(sign_ups: QuerySet[SignUp]) -> QuerySet[SignUp]:
    """As `unsettled`, but each of these sign-ups is added up; with the sums."""
    due, slack = _due()
    rows = with_sums(sign_ups).annotate(due_cents_sum=due, slack_cents_sum=slack)
    is_short = Q(due_cents_sum__gt=0) & ~Q(state__in=SignUp.HELD)
    return rows.filter(is_short | Q(slack_cents_sum__lt=0))


def short(sign_ups: QuerySet[SignUp]) -> QuerySet[SignUp]:
    """Those with a final place whose money is not all there (any more), with `due_cents_sum`."""
    final = sign_ups.filter(_is_unusual(), state=SignUp.State.CONFIRMED)
    found: QuerySet[Any] = differing(final)
    return found.filter(due_cents_sum__gt=0)


def _due() -> tuple[Any, Any]:
    """What is owed (negative: too much is here), and that plus what may explain too much."""
    cents = {name: F(f"{name}_cents_sum") for name in SUMS}
    due = (
        cents["invoiced"]
        - cents["credited"]
        - cents["came_in"]
        + cents["charged_back"]
        + cents["back"]
    )
    slack = due + cents["undecided"] + cents["kept"]
    return (
        ExpressionWrapper(due, output_field=BigIntegerField()),
        ExpressionWrapper(slack, output_field=BigIntegerField()),
    )


def _is_unusual() -> Q:
    payments = Payment.objects.filter(
        Q(charged_back_cents__gt=0)
        | Q(refunds__isnull=False)
        | Q(gateway=Payment.OFFICE, state=Payment.State.CANCELLED)
        | Q(gateway=Payment.OFFICE, paid_cents__lt=F("amount_cents"))
    )
    paid = Payment.objects.filter(state=Payment.State.PAID).order_by().values("sign_up")
    more_than_one = paid.annotate(number=Count("pk")).filter(number__gt=1).values("sign_up")
    credits = Invoice.objects.filter(kind=Invoice.Kind.CREDIT_NOTE)
    return (
        Q(pk__in=payments.values("sign_up"))
        | Q(pk__in=more_than_one)
        | Q(pk__in=credits.values("sign_up"))
    )


def _summed(rows: QuerySet[Any], path: str, column: str) -> Coalesce:
    found = rows.filter(**{path: OuterRef("pk")}).order_by().values(path)
    total = found.annotate(total=Sum(column)).values("total")
    return Coalesce(Subquery(total, output_field=BigIntegerField()), 0)


def _refunded(*states: str) -> Coalesce:
    rows = Refund.objects.filter(state__in=states)
    return _summed(rows, "payment__sign_up", "amount_cents")


def _issued(kind: str) -> Coalesce:
    return _summed(Invoice.objects.filter(kind=kind), "sign_up", "amount_cents")


SUMS = {
    "came_in": _summed(Payment.objects.filter(state=Payment.State.PAID), "sign_up", "paid_cents"),
    "charged_back": _summed(Payment.objects.all(), "sign_up", "charged_back_cents"),
    "back": _refunded(*Refund.GOING_BACK),
    "undecided": _refunded(*Refund.UNDECIDED),
    "kept": _refunded(Refund.State.DROPPED),
    "invoiced": _issued(Invoice.Kind.INVOICE),
    "credited": _issued(Invoice.Kind.CREDIT_NOTE),
}
