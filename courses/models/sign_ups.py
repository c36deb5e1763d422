import secrets
import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.alphabet import LONGEST, name_key
from courses.models.rosters import Roster
from courses.values import countries, phones
from courses.values.money import CentsField
from courses.values.names import full_name
from courses.values.storage import private_storage

if TYPE_CHECKING:
    from courses.models.payments import Payment


def new_nonce():
    return secrets.token_hex(16)


class SignUp(models.Model):
    """One person on one roster. Written only by `courses.domain`.

    Price, titles and the version of the terms are copies of what the person agreed to.
    """

    class Kind(models.TextChoices):
        COURSE = "course", _("Whole course")
        ALUMNI = "alumni", _("Return day for alumni")

    class State(models.TextChoices):
        REVIEW = "review", _("Waiting for the office")
        AWAITING_PAYMENT = "awaiting_payment", _("Waiting for payment")
        CONFIRMED = "confirmed", _("Confirmed")
        CANCELLED = "cancelled", _("Cancelled")
        EXPIRED = "expired", _("Expired")

    class Admission(models.TextChoices):
        HBO = "hbo", _("Completed higher professional education (HBO) or university")
        EXCEPTION = "exception", _("HBO work level or recognised competences (EVC)")
        ALUMNI = "alumni", _("Earlier participant")

    class EndReason(models.TextChoices):
        PERSON = "person", _("Cancelled by the person")
        WITHDRAWN = "withdrawn", _("Withdrawn within 14 days")
        OFFICE = "office", _("Cancelled by the office")
        NOT_ADMITTED = "not_admitted", _("Not admitted")
        HOLD_LAPSED = "hold_lapsed", _("Not paid in time")
        CALLED_OFF = "called_off", _("The date was called off")

    # The payment that was made with it, only where somebody signs up just now.
    opened_payment: "Payment | None" = None

    LIVE = (State.REVIEW, State.AWAITING_PAYMENT, State.CONFIRMED)
    HELD = (State.REVIEW, State.AWAITING_PAYMENT)

    roster = models.ForeignKey(
        Roster, on_delete=models.PROTECT, related_name="sign_ups", verbose_name=_("course date")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.COURSE)
    state = models.CharField(_("state"), max_length=20, choices=State, db_index=True)
    language = models.CharField(_("language"), max_length=10)

    # The link is derived from the nonce and the secret key; only its hash can be looked up.
    token_nonce = models.CharField(max_length=32, default=new_nonce, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    idempotency_key = models.UUIDField(unique=True, editable=False)
    person_key = models.CharField(max_length=64, editable=False)

    first_name = models.CharField(_("first name"), max_length=200)
    infix = models.CharField(_("infix"), max_length=40, blank=True)
    last_name = models.CharField(_("last name"), max_length=200)
    # What lists are sorted by: `save` keeps it in line with the name.
    name_key = models.CharField(
        max_length=LONGEST, blank=True, default="", db_default="", editable=False
    )
    email = models.EmailField(_("e-mail address"))
    phone = models.CharField(_("telephone"), max_length=40)
    admission = models.CharField(_("admission"), max_length=10, choices=Admission)
    motivation = models.TextField(_("motivation"), blank=True)
    for_work = models.BooleanField(_("for work"), default=False)
    remarks = models.TextField(_("remarks"), blank=True)
    office_note = models.TextField(
        _("note of the office"),
        blank=True,
        default="",
        db_default="",
        help_text=_("Only for the office. The person gets to see it when asking for all data."),
    )
    swap_wishes = models.ManyToManyField(
        Roster, blank=True, related_name="wished_by", verbose_name=_("would rather attend")
    )

    # The proof of alumni: a certificate of this site. Any other document is judged by the office.
    earlier_certificate = models.ForeignKey(
        "courses.Certificate",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="used_by",
        verbose_name=_("earlier certificate"),
    )
    buyer_may_pay = models.BooleanField(
        _("the employer may pay"),
        default=False,
        help_text=_("The person can forward a link with which somebody else pays."),
    )

    # Since when this person knows the days and places; empty: since signing up.
    knows_since = models.DateTimeField(null=True, editable=False)

    event_title = models.CharField(_("title"), max_length=255)
    price_cents = CentsField(
        _("price"), null=True, blank=True, help_text=_("Empty: the office still has to tell it.")
    )
    terms_version = models.CharField(_("version of the terms"), max_length=120, blank=True)

    hold_until = models.DateTimeField(_("place held until"), null=True, blank=True, db_index=True)
    hold_extended_at = models.DateTimeField(_("term extended"), null=True, blank=True)
    created_at = models.DateTimeField(_("signed up"), db_index=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    end_reason = models.CharField(_("why it ended"), max_length=12, choices=EndReason, blank=True)
    forgotten_at = models.DateTimeField(
        _("personal data removed"), null=True, blank=True, editable=False
    )
    # Raised whenever the entries in the person's calendar have to change: see documents.calendar.
    calendar_sequence = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("sign-up")
        verbose_name_plural = _("sign-ups")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["name_key", "id"], name="sign_up_by_name")]
        constraints = [
            models.UniqueConstraint(
                fields=["roster", "person_key"],
                condition=Q(state__in=["review", "awaiting_payment", "confirmed"]),
                name="one_live_sign_up_per_person",
            ),
            models.CheckConstraint(
                condition=Q(hold_until__isnull=False)
                | ~Q(state__in=["review", "awaiting_payment"]),
                name="held_sign_up_has_a_term",
            ),
        ]

    def __str__(self):
        return f"{self.full_name} ({self.roster.code})"

    def save(self, *args, **kwargs):
        self.name_key = name_key(self.last_name, self.first_name)
        only = kwargs.get("update_fields")
        if only is not None and {"first_name", "last_name"} & set(only):
            kwargs["update_fields"] = {*only, "name_key"}
        super().save(*args, **kwargs)

    @property
    def full_name(self):
        if self.forgotten_at:
            return gettext("personal data removed")
        return full_name(self.first_name, self.infix, self.last_name)

    @property
    def sort_name(self):
        """“Woerkom, Simon van”: Dutch lists are sorted without the infix."""
        if self.forgotten_at:
            return self.full_name
        given = " ".join(filter(None, [self.first_name, self.infix]))
        return f"{self.last_name}, {given}"

    @property
    def phone_to_show(self):
        """The number as `phones.to_show` writes it."""
        return phones.to_show(self.phone)

    @property
    def is_live(self):
        return self.state in self.LIVE


class BuyerDetails(models.Model):
    """The buyer of a sign-up. A table of its own, because money records are kept for longer."""

    sign_up = models.OneToOneField(
        SignUp, on_delete=models.CASCADE, related_name="buyer", verbose_name=_("sign-up")
    )
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    reference = models.CharField(_("your reference"), max_length=80, blank=True)
    street = models.CharField(_("street and number"), max_length=160, blank=True)
    postcode = models.CharField(_("postcode"), max_length=12, blank=True)
    city = models.CharField(_("town"), max_length=100, blank=True)
    country = models.CharField(
        _("country"), max_length=2, default=countries.HOME, db_default=countries.HOME
    )
    email = models.EmailField(_("e-mail address for the invoice"), blank=True)
    # The pay link that the person forwards; like the sign-up's own link, see courses.reading.links.
    token_nonce = models.CharField(max_length=32, default=new_nonce, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("invoice data")
        verbose_name_plural = _("invoice data")

    def __str__(self):
        return self.organisation or self.sign_up.full_name

    @property
    def country_in_words(self):
        """The name of the country in the active language."""
        return str(countries.COUNTRIES.get(self.country, self.country))


class Upload(models.Model):
    """A file from a form, in private storage. Removed if no answer claims it within a day."""

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.FileField(storage=private_storage, max_length=120)
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return self.name


class Answer(models.Model):
    """What a person answered, with the wording of the question as they read it."""

    # The field type of a number in the register of a profession.
    REGISTRATION = "registration"

    sign_up = models.ForeignKey(SignUp, on_delete=models.CASCADE, related_name="answers")
    key = models.CharField(max_length=255)
    question = models.CharField(max_length=255)
    # Copied, because the question may be deleted later.
    field_type = models.CharField(max_length=16, blank=True, default="", db_default="")
    value = models.TextField(blank=True)
    upload = models.OneToOneField(
        Upload, null=True, blank=True, on_delete=models.PROTECT, related_name="answer"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["sign_up", "key"], name="one_answer_per_question")
        ]

    def __str__(self):
        return f"{self.question}: {self.value}"


class Consent(models.Model):
    """A consent line as it was shown, and whether it was ticked."""

    sign_up = models.ForeignKey(SignUp, on_delete=models.CASCADE, related_name="consents")
    text = models.TextField()
    given = models.BooleanField()

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.text


class Change(models.Model):
    """One line of a sign-up's history: what happened, when, and by whom (empty: not by staff)."""

    sign_up = models.ForeignKey(SignUp, on_delete=models.CASCADE, related_name="changes")
    state = models.CharField(max_length=20, choices=SignUp.State)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    note = models.CharField(max_length=255, blank=True)
    # Why the office made an exception, in its own words, which may contain personal data.
    reason = models.CharField(max_length=255, blank=True, default="", db_default="")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.state}"
