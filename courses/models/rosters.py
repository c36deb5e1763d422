from django.db import models
from django.utils.translation import gettext_lazy as _


class Roster(models.Model):
    """The participants of one course event, whatever language they signed up in.

    Keyed by the event page's translation key and independent of its rows: pages are copied,
    re-created and rolled back, people are not. This is the row to lock when seats change.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        GOING_AHEAD = "going_ahead", _("Going ahead")
        CALLED_OFF = "called_off", _("Called off")
        CLOSED = "closed", _("Closed for sign-up")

    class Override(models.TextChoices):
        MANY = "many", _("Places free")
        FEW = "few", _("Few places left")
        FULL = "full", _("Full")

    translation_key = models.UUIDField(unique=True, editable=False)
    code = models.CharField(_("code"), max_length=20, unique=True)
    title = models.CharField(_("title"), max_length=255)
    course_title = models.CharField(_("course"), max_length=255)
    capacity = models.PositiveSmallIntegerField(_("places"))
    minimum = models.PositiveSmallIntegerField(_("minimum"))
    first_day = models.DateField(_("first day"), db_index=True)
    last_day = models.DateField(_("last day"))
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.PLANNED)
    decision_day = models.DateField(
        _("decision day"),
        null=True,
        blank=True,
        help_text=_("Only where the date has one of its own."),
    )
    # The last decision whether the date goes ahead; the reasons are {language: text for people}.
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)
    call_off_reasons = models.JSONField(default=dict, db_default={}, blank=True, editable=False)
    availability_override = models.CharField(
        _("say instead"),
        max_length=10,
        choices=Override,
        blank=True,
        help_text=_(
            "Empty: the site counts the free places itself. A full date never says otherwise."
        ),
    )

    # The days and places that people were told, by version: see courses.reading.told.
    told = models.JSONField(default=dict, editable=False)
    calendar_sequence = models.PositiveIntegerField(default=0, editable=False)

    # What the pages say of places and of going ahead, and since when that differs from before.
    shown_state = models.CharField(
        max_length=40, default="", db_default="", blank=True, editable=False
    )
    shown_since = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("course date")
        verbose_name_plural = _("course dates")
        ordering = ["first_day", "code"]

    def __str__(self):
        return f"{self.code} {self.title}"


class SeatClaim(models.Model):
    """One seat of one part, taken by one sign-up.

    The unique seat number guards against overselling, even without a lock.
    """

    roster = models.ForeignKey(Roster, on_delete=models.PROTECT, related_name="claims")
    part_key = models.UUIDField()
    seat_number = models.PositiveSmallIntegerField()
    is_extra = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Beyond capacity: the office let this person in all the same.",
    )
    sign_up = models.ForeignKey("courses.SignUp", on_delete=models.CASCADE, related_name="claims")
    offer = models.ForeignKey(
        "courses.SwapOffer",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="claims",
        help_text="The seat is only offered, not yet theirs.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["roster", "part_key", "seat_number"], name="one_claim_per_seat"
            ),
            models.UniqueConstraint(
                fields=["sign_up", "roster", "part_key"], name="one_seat_per_part_and_sign_up"
            ),
        ]

    def __str__(self):
        return f"{self.roster.code} {self.part_key} {self.seat_number}"
