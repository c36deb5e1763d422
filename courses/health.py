"""The check of payments for /readyz."""

from core import health
from courses.domain import reconciliation


def is_reconciled():
    """Whether the payment provider could be asked lately."""
    return reconciliation.stuck_since() is None


health.register("payments", is_reconciled)
