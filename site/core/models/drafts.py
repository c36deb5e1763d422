from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import DraftStateMixin, PreviewableMixin, RevisionMixin, WorkflowMixin


class ShownManager(models.Manager):
    """What readers may see: it is published, and so is the text that it was translated from."""

    def get_queryset(self):
        hidden = self.model._base_manager.filter(
            live=False, locale__language_code=settings.LANGUAGE_CODE
        )
        published = super().get_queryset().filter(live=True)
        return published.exclude(translation_key__in=hidden.values("translation_key"))


class Drafted(WorkflowMixin, DraftStateMixin, RevisionMixin, PreviewableMixin, models.Model):
    """A snippet with drafts, earlier versions, a preview, a schedule and a second pair of eyes.

    For the CMS `objects`; whatever readers get is found with `shown`. To be combined with
    TranslatableMixin.
    """

    # As Wagtail's, with defaults in the database for the release before.
    live = models.BooleanField(_("live"), default=True, db_default=True, editable=False)
    has_unpublished_changes = models.BooleanField(
        _("has unpublished changes"), default=False, db_default=False, editable=False
    )
    expired = models.BooleanField(_("expired"), default=False, db_default=False, editable=False)

    objects = models.Manager()
    shown = ShownManager()

    class Meta:
        abstract = True
