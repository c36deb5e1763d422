from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.sign_ups import new_nonce


class DateAlert(models.Model):
    """Somebody who wants to hear of a new date, in one town or wherever. No waiting list."""

    email = models.EmailField(_("e-mail address"))
    town = models.CharField(_("town"), max_length=80, blank=True)
    language = models.CharField(max_length=10)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    # The link to confirm and to stop; like that of a sign-up, see courses.reading.links.
    token_nonce = models.CharField(max_length=32, default=new_nonce, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)

    class Meta:
        verbose_name = _("request to hear of new dates")
        verbose_name_plural = _("requests to hear of new dates")

    def __str__(self):
        return self.town or str(_("wherever"))
