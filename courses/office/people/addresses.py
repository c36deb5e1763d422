"""Correcting the address of a sign-up from the page of a mail that did not arrive."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from courses.domain import people, transitions


def correct_address(sign_up, address, user):
    try:
        people.correct_email(sign_up, address, by=user)
    except transitions.WrongStateError:
        raise ValidationError(
            _("The personal data were removed. Nothing can be noted any more.")
        ) from None
    except people.TakenError:
        raise ValidationError(
            _("Somebody with this name and address is on this course date already.")
        ) from None
