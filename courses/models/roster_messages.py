import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import RichTextField

from .rosters import Roster

FEATURES = ["bold", "italic", "ol", "ul", "link"]


class RosterMessage(models.Model):
    """A mail that staff write to the participants of one course date; a draft until it is sent.

    Each person gets a mail of their own, see `domain.roster_messages`. It goes to the sign-ups in
    `states`; with `people` (ids of sign-ups) only to those that staff selected.
    """

    roster = models.ForeignKey(
        Roster, on_delete=models.CASCADE, related_name="messages", verbose_name=_("course date")
    )
    # Generated with the empty form, so that saving a new draft twice leaves one.
    draft_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = RichTextField(_("text"), features=FEATURES, blank=True)
    subject_en = models.CharField(_("subject in English"), max_length=200, blank=True)
    body_en = RichTextField(_("text in English"), features=FEATURES, blank=True)
    states = models.JSONField(_("to whom"), default=list, blank=True)
    people = models.JSONField(_("people"), null=True, blank=True)

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("written by"),
    )
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last change"), auto_now=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("sent by"),
    )
    # The ids of the sign-ups to which it was sent, by last name.
    sent_to = models.JSONField(default=list, editable=False)

    class Meta:
        verbose_name = _("mail to a course group")
        verbose_name_plural = _("mails to course groups")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return self.subject or str(_("(no subject yet)"))
