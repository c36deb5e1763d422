"""The checks of payments and uploads for /readyz."""

from django.utils.translation import gettext_lazy as _

from core import health
from courses.domain import reconciliation, uploads


def is_reconciled():
    """Whether the payment provider could be asked lately."""
    return reconciliation.stuck_since() is None


health.register(
    "payments",
    is_reconciled,
    _(
        "The payment provider has not answered for half an hour. Nobody is confirmed who has paid"
        " since."
    ),
    needs="jobs",
)
health.register(
    "uploads",
    uploads.have_room,
    _("The room for uploaded files that belong to no sign-up yet is nearly used up."),
)
