"""The checks of payments and uploads for /readyz."""

from core import health
from courses.domain import reconciliation, uploads


def is_reconciled():
    """Whether the payment provider could be asked lately."""
    return reconciliation.stuck_since() is None


health.register("payments", is_reconciled)
health.register("uploads", uploads.have_room)
