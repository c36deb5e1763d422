import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.sign_ups import SignUp
from courses.values.money import CentsField


class Payment(models.Model):
    """One attempt to pay for a sign-up: our copy of what the provider knows about it.

    Written only by the domain. A later message never undoes a payment that was paid.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        PAID = "paid", _("Paid")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Broken off")
        EXPIRED = "expired", _("Expired")

    OFFICE = "office"  # the gateway of money that came another way and was recorded by the office

    sign_up = models.ForeignKey(
        SignUp, on_delete=models.PROTECT, related_name="payments", verbose_name=_("sign-up")
    )
    gateway = models.CharField(_("way"), max_length=20)
    reference = models.CharField(
        _("reference"),
        max_length=80,
        blank=True,
        help_text=_("Empty while it is not known whether the provider has it."),
    )
    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    # What the office noted beside money that it saw at the bank.
    remark = models.CharField(_("remark"), max_length=140, blank=True, default="", db_default="")
    amount_cents = CentsField(_("amount"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    by_buyer = models.BooleanField(
        _("through the pay link"), default=False, help_text=_("Not by the person, but by who pays.")
    )
    checkout_url = models.URLField(max_length=500, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    paid_cents = CentsField(_("received"), default=0)
    charged_back_cents = CentsField(_("taken back by the bank"), default=0)
    created_at = models.DateTimeField(_("begun"), db_index=True)
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)
    checked_at = models.DateTimeField(_("last asked"), null=True, blank=True)
    # Since when the provider gives no answer about this payment that we can read.
    unanswered_since = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "reference"],
                condition=~Q(reference=""),
                name="one_payment_per_reference",
            ),
            models.CheckConstraint(
                condition=Q(state="paid", paid_at__isnull=False)
                | (~Q(state="paid") & Q(paid_at__isnull=True)),
                name="paid_payment_has_its_moment",
            ),
        ]

    def __str__(self):
        return f"{self.gateway} {self.reference or self.key}"


class Refund(models.Model):
    """Money that goes back or has to go back. The sum never exceeds what came in."""

    class State(models.TextChoices):
        DUE = "due", _("To be decided by the office")
        QUEUED = "queued", _("On its way to the provider")
        PENDING = "pending", _("With the provider")
        DONE = "done", _("Paid back")
        FAILED = "failed", _("Failed")
        DROPPED = "dropped", _("Not paid back")
        REPLACED = "replaced", _("No longer needed")

    class Reason(models.TextChoices):
        CANCELLED = "cancelled", _("Cancelled under the terms")
        WITHDRAWN = "withdrawn", _("Withdrawn within 14 days")
        ATTENDED = "attended", _("Withdrawn after the first course day")
        NO_SEAT = "no_seat", _("Paid, but no place was left")
        ENDED = "ended", _("Paid after the sign-up had ended")
        TWICE = "twice", _("Paid twice")
        AMOUNT = "amount", _("Another amount than was owed")
        OFFICE = "office", _("Decided by the office")
        PROVIDER = "provider", _("Made at the provider")
        CALLED_OFF = "called_off", _("The date was called off")

    OPEN = (State.DUE, State.QUEUED, State.PENDING, State.FAILED)
    UNDECIDED = (State.DUE, State.FAILED)
    GOING_BACK = (State.QUEUED, State.PENDING, State.DONE)
    NOT_BACK = (State.DROPPED, State.REPLACED)

    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, related_name="refunds", verbose_name=_("payment")
    )
    amount_cents = CentsField(_("amount"))
    state = models.CharField(_("state"), max_length=10, choices=State, db_index=True)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    reference = models.CharField(_("reference"), max_length=80, blank=True)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"))
    done_at = models.DateTimeField(_("paid back"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "reference"],
                condition=~Q(reference=""),
                name="one_refund_per_reference",
            ),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="refund_of_something"),
        ]

    def __str__(self):
        return f"{self.get_reason_display()} {self.amount_cents}"


class StrayPayment(models.Model):
    """A payment that the provider has and we do not, as after a restored backup: staff solve it."""

    class State(models.TextChoices):
        OPEN = "open", _("Can still be paid")
        PAID = "paid", _("Paid")
        SOLVED = "solved", _("Solved")

    gateway = models.CharField(_("way"), max_length=20)
    reference = models.CharField(_("reference"), max_length=80)
    description = models.CharField(_("description"), max_length=255, blank=True)
    amount_cents = CentsField(_("amount"))
    state = models.CharField(_("state"), max_length=10, choices=State, db_index=True)
    made_at = models.DateTimeField(_("begun"))
    found_at = models.DateTimeField(_("found"), auto_now_add=True)
    solved_at = models.DateTimeField(_("solved"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("unknown payment")
        verbose_name_plural = _("unknown payments")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["gateway", "reference"], name="one_stray_per_reference")
        ]

    def __str__(self):
        return f"{self.gateway} {self.reference}"


class ProviderContact(models.Model):
    """How asking a provider goes: the last sweep of its lists, and since when there is trouble."""

    gateway = models.CharField(max_length=20, unique=True)
    swept_at = models.DateTimeField(null=True, blank=True)
    trouble_since = models.DateTimeField(null=True, blank=True)

    def __str__(self):
        return self.gateway
