from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail_localize.fields import SynchronizedField


class Ageing(models.Model):
    """For texts that may become outdated, see `core.ageing`."""

    check_again_on = models.DateField(
        _("check again on"),
        null=True,
        blank=True,
        help_text=_(
            "From this day on the start page reminds you to read this text once more. Readers do"
            " not see it."
        ),
    )
    check_again_note = models.CharField(
        _("what to look at"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text=_("For example: the price of the textbook, the telephone number."),
    )

    class Meta:
        abstract = True


# A text and its translations share one day.
AGEING_FIELDS = [
    SynchronizedField(name, overridable=False) for name in ("check_again_on", "check_again_note")
]


def ageing_panel():
    return MultiFieldPanel(
        [FieldPanel("check_again_on"), FieldPanel("check_again_note")],
        heading=_("Still true?"),
    )
