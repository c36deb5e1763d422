from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _


class ExternalAddress(models.Model):
    """An address on another site to which ours links, and how it answered last."""

    class Trouble(models.TextChoices):
        NOT_FOUND = "not_found", _("The page is not there any more")
        NO_ANSWER = "no_answer", _("The site does not answer")
        ERROR = "error", _("The site answers with an error")
        REFUSED = "refused", _("An address that the site does not ask, such as a private one")

    url = models.CharField(_("address"), max_length=1000, unique=True)
    checked_at = models.DateTimeField(_("last checked"), null=True, db_index=True)
    trouble = models.CharField(_("trouble"), max_length=10, choices=Trouble, blank=True)
    failures = models.PositiveSmallIntegerField(_("days in a row with trouble"), default=0)
    failed_on = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = _("external address")
        verbose_name_plural = _("external addresses")

    def __str__(self):
        return self.url


class Link(models.Model):
    """A link in the published content, as `broken_links.finding.search` last found it."""

    class Problem(models.TextChoices):
        GONE = "gone", _("Leads to a page that was deleted")
        UNPUBLISHED = "unpublished", _("Leads to a page that is not published")
        NO_ANCHOR = "no_anchor", _("Leads to a place on a page that is not there")
        NOT_FOUND = "not_found", _("Leads to an address of this site that does not exist")
        NOWHERE = "nowhere", _("Leads nowhere: it has no address")
        BARE = "bare", _("Its text is an address: let the text say where it leads")

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    object_id = models.PositiveBigIntegerField()
    source = GenericForeignKey()
    url = models.CharField(_("leads to"), max_length=1000)
    text = models.CharField(_("text of the link"), max_length=200, blank=True)
    problem = models.CharField(_("problem"), max_length=12, choices=Problem, blank=True)
    address = models.ForeignKey(
        ExternalAddress, null=True, blank=True, on_delete=models.CASCADE, related_name="links"
    )

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        indexes = [models.Index(fields=["content_type", "object_id"], name="links_of_source")]

    def __str__(self):
        return self.url
