from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.sign_ups import SignUp
from courses.values.money import CentsField


class NumberSeries(models.Model):
    """The last number given out in a year. The row is locked for the next, so there are no gaps.

    After a backup was put back some are skipped, for they may be on papers that were sent since.
    """

    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0, db_default=0)

    def __str__(self):
        return f"{self.year}: {self.last}"


class Invoice(models.Model):
    """An invoice or a credit note. Never deleted; only its names are removed after the legal term.

    `facts` is all that the document says (see `documents.invoices`), frozen when it was issued.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("Invoice")
        CREDIT_NOTE = "credit_note", _("Credit note")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    number = models.CharField(_("number"), max_length=20, unique=True)
    sign_up = models.ForeignKey(
        SignUp, on_delete=models.PROTECT, related_name="invoices", verbose_name=_("sign-up")
    )
    credits = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="credited_by",
        verbose_name=_("corrects"),
    )
    amount_cents = CentsField(_("amount"))
    issued_on = models.DateField(_("date"), db_index=True)
    due_on = models.DateField(_("pay before"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=10)
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering = ["-year", "-sequence"]
        constraints = [
            models.UniqueConstraint(fields=["year", "sequence"], name="one_invoice_per_number"),
            models.CheckConstraint(
                condition=Q(kind="invoice", credits__isnull=True)
                | Q(kind="credit_note", credits__isnull=False),
                name="credit_note_credits_an_invoice",
            ),
        ]

    def __str__(self):
        return self.number

    @property
    def is_held(self):
        """Whether it stays in the office, because facts of the institute were missing on it."""
        return self.facts.get("held", False)
