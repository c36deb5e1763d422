"""What staff think of before money goes back to somebody who has attended."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def attendance_hints(sign_up):
    """The days that this person was present and the certificate, in sentences."""
    days = sign_up.attendance.filter(present=True).count()
    certificate = getattr(sign_up, "certificate", None)
    hints = []
    if days:
        hints.append(
            ngettext(
                "%(name)s was present on %(days)s day of the course.",
                "%(name)s was present on %(days)s days of the course.",
                days,
            )
            % {"name": sign_up.full_name, "days": days}
        )
    if certificate and certificate.revoked_at is None:
        hints.append(
            _(
                "Certificate %(code)s stays valid, whatever goes back. Should it not, revoke it on"
                " the page of the sign-up."
            )
            % {"code": certificate.code}
        )
    return hints
