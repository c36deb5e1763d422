from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.sign_ups import SignUp


class Attendance(models.Model):
    """Whether a person was present on a course day. No row: not recorded yet."""

    sign_up = models.ForeignKey(SignUp, on_delete=models.CASCADE, related_name="attendance")
    day = models.DateField(_("day"))
    present = models.BooleanField(_("present"))

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["sign_up", "day"], name="one_attendance_per_day")
        ]

    def __str__(self):
        return f"{self.day:%Y-%m-%d}"


class Certificate(models.Model):
    """Proof that somebody took part; anybody with the code can check it. `facts` is its text."""

    sign_up = models.OneToOneField(
        SignUp, on_delete=models.PROTECT, related_name="certificate", verbose_name=_("sign-up")
    )
    code = models.CharField(_("code"), max_length=20, unique=True)
    language = models.CharField(_("language"), max_length=10)
    facts = models.JSONField(default=dict)
    issued_at = models.DateTimeField(_("issued"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-issued_at"]

    def __str__(self):
        return self.code
