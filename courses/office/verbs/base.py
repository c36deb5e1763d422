"""What the verbs about one sign-up have in common."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.domain import transitions
from courses.models import SignUp
from courses.office.asking import VerbView


def mail_goes_to(sign_up):
    return _("%(name)s gets a mail about it at %(email)s.") % {
        "name": sign_up.full_name,
        "email": sign_up.email,
    }


def seat_is_freed():
    return _("The place is free again for somebody else, at once.")


def no_way_back():
    return _("This cannot be undone: the person would have to sign up again.")


class SignUpVerbView(VerbView):
    """Reached from the page of the sign-up."""

    too_late = (transitions.WrongStateError,)

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        found = SignUp.objects.select_related("roster", "buyer", "certificate")
        self.about = self.sign_up = get_object_or_404(found, pk=self.kwargs["pk"])

    def is_possible(self):
        return self.sign_up.forgotten_at is None and super().is_possible()

    def refusal(self):
        self.sign_up.refresh_from_db()
        return _("Not possible any more: this sign-up is now “%(state)s”. Nothing was changed.") % {
            "state": self.sign_up.get_state_display()
        }

    def values(self):
        return {"name": self.sign_up.full_name}

    @property
    def back_url(self):
        return reverse("sign_ups:inspect", args=[self.sign_up.pk])

    def get_ancestors(self):
        return [
            (_("Sign-ups"), reverse("sign_ups:index")),
            (self.sign_up.full_name, self.back_url),
        ]
