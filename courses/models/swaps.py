from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.rosters import Roster
from courses.models.sign_ups import SignUp


class SwapOffer(models.Model):
    """A place on another date, kept for a person who wished for it until they answer or `until`.

    Its seats are claims of the same sign-up on the other roster.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Offered")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")
        LAPSED = "lapsed", _("Lapsed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    sign_up = models.ForeignKey(
        SignUp, on_delete=models.CASCADE, related_name="swap_offers", verbose_name=_("sign-up")
    )
    roster = models.ForeignKey(
        Roster, on_delete=models.PROTECT, related_name="swap_offers", verbose_name=_("to")
    )
    left = models.ForeignKey(
        Roster, on_delete=models.PROTECT, related_name="+", verbose_name=_("from")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    until = models.DateTimeField(_("answer before"), db_index=True)
    created_at = models.DateTimeField(_("offered"))
    ended_at = models.DateTimeField(_("answered"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("swap offer")
        verbose_name_plural = _("swap offers")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["sign_up"], condition=Q(state="open"), name="one_open_offer_per_sign_up"
            )
        ]

    def __str__(self):
        return f"{self.left.code} > {self.roster.code}"
