from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField

from mail import kinds
from mail.placeholders import check_placeholders


class OutgoingMail(models.Model):
    """One mail to one person, written in the transaction that caused it and sent by the worker."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("not sent")
        PARKED = "parked", _("held back after a backup was put back")

    class Delivery(models.TextChoices):
        """What the provider reported after the mail was sent, in order of severity."""

        DEFERRED = "deferred", _("delayed on its way")
        DELIVERED = "delivered", _("delivered")
        BOUNCED = "bounced", _("could not be delivered")
        COMPLAINED = "complained", _("reported as spam")

    TO_STAFF = "to_staff"  # what Django, Wagtail and allauth mail, see mail.backends

    kind = models.CharField(_("kind"), max_length=80, db_index=True)
    key = models.CharField(
        _("key"),
        max_length=200,
        unique=True,
        null=True,
        blank=True,
        help_text=_("Of mails with the same key only the first is written."),
    )
    to = models.CharField(_("to"), max_length=320)
    to_name = models.CharField(_("name of the recipient"), max_length=200, blank=True)
    reply_to = models.CharField(_("replies go to"), max_length=320, blank=True)
    language = models.CharField(_("language"), max_length=10)
    subject = models.CharField(_("subject"), max_length=250)
    body_text = models.TextField(_("text"), blank=True)
    body_html = models.TextField(_("text as HTML"), blank=True)
    message_id = models.CharField(_("message id"), max_length=200, unique=True, editable=False)

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    esp_message_id = models.CharField(
        _("id at the mail provider"), max_length=255, blank=True, db_index=True
    )
    delivery = models.CharField(
        _("delivery"),
        max_length=10,
        choices=Delivery.choices,
        blank=True,
        default="",
        db_default="",
    )

    created_at = models.DateTimeField(_("written"), default=timezone.now, db_index=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    forgotten_at = models.DateTimeField(_("text removed"), null=True, blank=True)

    content_type = models.ForeignKey(
        ContentType, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    object_id = models.PositiveBigIntegerField(null=True, blank=True)
    about = GenericForeignKey("content_type", "object_id")
    copy_of = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="copies",
        verbose_name=_("copy of"),
    )

    class Meta:
        verbose_name = _("mail sent by the site")
        verbose_name_plural = _("mails sent by the site")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "next_attempt_at"], name="mail_due"),
            models.Index(fields=["content_type", "object_id"], name="mail_about"),
            models.Index(fields=["delivery"], name="mail_delivery"),
        ]

    def __str__(self):
        return f"{self.subject} ({self.to})"

    @property
    def is_private(self):
        """Whether nobody sees its text, which goes once it is sent: it may hold a login link."""
        return self.kind == self.TO_STAFF

    @property
    def readable_text(self):
        """The text as staff may see it; empty if it was removed or is private."""
        return "" if self.is_private else self.body_text

    @property
    def kind_label(self):
        if self.is_private:
            return _("login or notice of the CMS")
        kind = kinds.find(self.kind)
        return kind.label if kind else self.kind

    @property
    def outcome(self):
        """The latest news of this mail: what the provider reported, else our own state."""
        return self.delivery or self.state

    @property
    def outcome_label(self):
        return self.get_delivery_display() or self.get_state_display()


class MailAttachment(models.Model):
    mail = models.ForeignKey(OutgoingMail, on_delete=models.CASCADE, related_name="attachments")
    filename = models.CharField(_("file name"), max_length=200)
    mimetype = models.CharField(_("type"), max_length=100)
    content = models.BinaryField()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["pk"]  # as the mail names them

    def __str__(self):
        return self.filename


class MailEvent(models.Model):
    """Something that happened to a mail after it was written."""

    class Event(models.TextChoices):
        POSTPONED = "postponed", _("not sent, will be tried again")
        FAILED = "failed", _("given up")
        SENT = "sent", _("handed to the mail provider")
        REQUEUED = "requeued", _("sent again by staff")
        DEFERRED = "deferred", _("delayed on its way")
        DELIVERED = "delivered", _("delivered")
        BOUNCED = "bounced", _("could not be delivered")
        COMPLAINED = "complained", _("reported as spam")

    mail = models.ForeignKey(OutgoingMail, on_delete=models.CASCADE, related_name="events")
    happened_at = models.DateTimeField(_("when"), default=timezone.now)
    event = models.CharField(_("what"), max_length=20, choices=Event.choices)
    detail = models.CharField(_("detail"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("event of a mail")
        verbose_name_plural = _("events of mails")
        ordering = ["happened_at", "pk"]
        constraints = [
            # A provider may send the same report twice.
            models.UniqueConstraint(
                fields=["mail", "event", "happened_at"],
                condition=models.Q(event__in=OutgoingMail.Delivery.values),
                name="mail_report_once",
            ),
        ]

    def __str__(self):
        return self.get_event_display()


class MailText(models.Model):
    """The text of staff for one kind of mail in one language; without a row the default is used."""

    kind = models.CharField(_("kind"), max_length=80)
    language = models.CharField(_("language"), max_length=10)
    subject = models.CharField(_("subject"), max_length=200)
    body = RichTextField(_("text"), features=["bold", "italic", "ol", "ul", "link"])

    panels = [FieldPanel("subject"), FieldPanel("body")]

    class Meta:
        verbose_name = _("mail text")
        verbose_name_plural = _("mail texts")
        constraints = [
            models.UniqueConstraint(fields=["kind", "language"], name="mail_text_once"),
        ]

    def __str__(self):
        kind = kinds.find(self.kind)
        language = dict(settings.LANGUAGES).get(self.language, self.language)
        return f"{kind.label if kind else self.kind} ({language})"

    def clean(self):
        super().clean()
        kind = kinds.find(self.kind)
        if kind is None:
            return
        errors = {}
        for field in ("subject", "body"):
            try:
                check_placeholders(getattr(self, field), kind.placeholders)
            except ValidationError as error:
                errors[field] = error
        if errors:
            raise ValidationError(errors)
