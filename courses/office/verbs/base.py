"""What the office decides about a sign-up: each says what it will do, and only then does it."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from courses.domain import transitions
from courses.models import SignUp
from courses.office.lists.asking import AskingView
from courses.office.people import money

# Where on the page of a sign-up the button is.
TOP, PERSON, DATE, MAILS = "top", "person", "date", "mails"


@dataclass(frozen=True)
class Verb:
    """Something the office does to a sign-up, with its consequences in words.

    `refusals` are errors of the domain by what staff read then; they change nothing.
    """

    name: str
    states: tuple[str, ...]
    do: Callable
    label: str
    question: str
    done: str
    consequences: Callable
    icon: str
    is_serious: bool = False
    form: type[forms.Form] = money.NoForm  # what the office fills in: more arguments of `do`
    applies: Callable = lambda sign_up: True
    refusals: tuple[tuple[type[Exception], str], ...] = ()
    place: str = TOP
    permissions: tuple[str, ...] = ("courses.change_signup",)

    @property
    def slug(self):
        return self.name.replace("_", "-")

    def is_possible(self, sign_up):
        if sign_up.forgotten_at:
            return False
        return sign_up.state in self.states and self.applies(sign_up)


def mail_goes_to(sign_up):
    return _("%(name)s gets a mail about it at %(email)s.") % {
        "name": sign_up.full_name,
        "email": sign_up.email,
    }


def seat_is_freed():
    return _("The place is free again for somebody else, at once.")


def no_way_back():
    return _("This cannot be undone: the person would have to sign up again.")


class SignUpVerbView(AskingView):
    """Reached from the page of the sign-up."""

    index_url_name = None
    inspect_url_name = None
    header_icon = "group"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        found = SignUp.objects.select_related("roster", "buyer", "certificate")
        self.object = self.sign_up = get_object_or_404(found, pk=self.kwargs["pk"])

    @property
    def back_url(self):
        return reverse(self.inspect_url_name, args=[self.object.pk])

    def refuse(self, words=None):
        self.object.refresh_from_db()
        words = words or _(
            "Not possible any more: this sign-up is now “%(state)s”. Nothing was changed."
        ) % {"state": self.object.get_state_display()}
        return super().refuse(words)

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": _("Sign-ups")},
            {"url": self.back_url, "label": self.object.full_name},
            {"url": "", "label": self.get_page_title()},
        ]


class VerbView(SignUpVerbView):
    """Asks first, with the consequences; POST does it."""

    verb = None

    def user_has_permission(self, permission):
        return self.request.user.has_perms(self.verb.permissions)

    def get(self, request, *args, **kwargs):
        if not self.verb.is_possible(self.object):
            return self.refuse()
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if not self.verb.is_possible(self.object):
            return self.refuse()
        if not self.form.is_valid():
            return self.render_to_response(self.get_context_data())
        name = self.object.full_name
        try:
            self.verb.do(self.object, by=request.user, **self.form.arguments())
        except transitions.WrongStateError:
            return self.refuse()
        except tuple(error for error, _words in self.verb.refusals) as error:
            return self.ask_again(error)
        return self.done(self.verb.done % {"name": name})

    @cached_property
    def form(self):
        data = self.request.POST if self.request.method == "POST" else None
        return self.verb.form(data, sign_up=self.object)

    def ask_again(self, error):
        """The page once more, with what was typed and what is the matter."""
        words = next(words for kind, words in self.verb.refusals if isinstance(error, kind))
        self.object.refresh_from_db()
        del self.form  # what can be chosen may be something else by now
        self.form.full_clean()
        self.form.add_error(None, words)
        return self.render_to_response(self.get_context_data())

    def get_page_title(self):
        return self.verb.label

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            verb=self.verb,
            consequences=self.verb.consequences(self.object),
            form=self.form,
            **kwargs,
        )
