"""Actions that staff cannot simply undo: GET asks and names the consequences, POST acts."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin import messages

from courses.office.pages import OfficeView


class NoForm(forms.Form):
    """A form without fields. Subclasses use `about`, the object of the verb, and other facts."""

    problem = ""  # in words, why the verb is possible for nobody

    def __init__(self, data=None, *, about=None, **facts):
        super().__init__(data)

    def arguments(self):
        """The keyword arguments for `do` of the verb."""
        return self.cleaned_data


@dataclass(frozen=True, kw_only=True)
class Verb:
    """Something that staff do to one object, or to each of many, with its consequences in words.

    It is possible while the object is in one of `states` (empty: in any state) and `applies`
    returns true; then `do(object, by=user, **arguments)` calls the domain. Of many objects, those
    for which `why_not` returns a reason are skipped. `refusals` pairs errors of the domain, after
    which nothing has changed, with what staff read then. `label`, `question`, `done` and the words
    of `refusals` may contain placeholders for the view's `values()`.
    """

    name: str
    label: str
    permissions: tuple[str, ...] = ("courses.change_signup",)
    do: Callable | None = None
    states: tuple[str, ...] = ()
    applies: Callable = lambda about: True
    why_not: Callable = lambda about, **arguments: ""
    question: str = ""
    consequences: Callable = lambda about: ()
    form: type[NoForm] = NoForm
    done: str = ""
    refusals: tuple[tuple[type[Exception], str], ...] = ()
    is_serious: bool = False

    @property
    def slug(self):
        return self.name.replace("_", "-")

    def is_in_state(self, about):
        return not self.states or about.state in self.states

    def is_possible(self, about):
        return self.is_in_state(about) and self.applies(about)

    def why_skipped(self, about, **arguments):
        """The reason why this one of many is skipped; an empty string if it is not."""
        if not self.is_in_state(about):
            return _("is “%(state)s”") % {"state": about.get_state_display()}
        return self.why_not(about, **arguments)

    def words_for(self, error):
        return next(words for kind, words in self.refusals if isinstance(error, kind))


def possible(verbs, about, user):
    """The verbs that this user can do to the object now."""
    return [verb for verb in verbs if user.has_perms(verb.permissions) and verb.is_possible(about)]


class VerbView(OfficeView):
    """The page of a verb. When it was done, and when it is refused, staff return to `back_url`.

    After one of the verb's `refusals` they see the page again, with the reason and what they typed.
    """

    template_name = "courses/office/confirm_verb.html"
    http_method_names = ["get", "post"]
    verb = None
    about = None
    sign_up = None  # of the person concerned, if it is about one person
    back_url = ""
    too_late = ()  # errors of the domain after which the verb is not possible any more

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perms(self.verb.permissions):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        return self.ask() if self.is_possible() else self.refuse()

    def post(self, request, *args, **kwargs):
        return self.act() if self.is_possible() else self.refuse()

    def is_possible(self):
        return self.verb.is_possible(self.about)

    def ask(self):
        return self.render_to_response(self.get_context_data())

    def act(self):
        return self.do() if self.form.is_valid() else self.ask()

    def do(self):
        values = self.values()
        try:
            result = self.verb.do(self.about, by=self.request.user, **self.arguments())
        except self.too_late:
            return self.refuse()
        except tuple(kind for kind, _words in self.verb.refusals) as error:
            return self.ask_again(self.verb.words_for(error) % values)
        return self.finish(result, values)

    def ask_again(self, words):
        """The page again, with what was typed and what is wrong."""
        self.about.refresh_from_db()
        del self.form  # its choices may have changed since
        self.form.full_clean()
        self.form.add_error(None, words)
        return self.ask()

    def finish(self, result, values):
        """Say that it was done. `result` is what `do` returned, `values` are from before that."""
        return self.leave(messages.success, self.verb.done % values)

    def refuse(self, words=""):
        """Say why nothing was changed."""
        return self.leave(messages.error, words or self.refusal())

    def refusal(self):
        """The reason why the verb is not possible (any more)."""
        raise NotImplementedError

    def leave(self, say, words):
        say(self.request, words)
        return redirect(self.back_url)

    @cached_property
    def form(self):
        return self.verb.form(**self.get_form_kwargs())

    def get_form_kwargs(self):
        data = self.request.POST if self.request.method == "POST" else None
        return {"data": data, "about": self.about}

    def arguments(self):
        return self.form.arguments()

    def values(self):
        """The placeholders in the words of the verb."""
        return {}

    def consequences(self):
        return self.verb.consequences(self.about)

    def get_page_title(self):
        return self.page_title or self.verb.label

    def get_page_subtitle(self):
        return self.sign_up.full_name if self.sign_up else ""

    def get_context_data(self, **kwargs):
        values = self.values()
        return super().get_context_data(
            verb=self.verb,
            sign_up=self.sign_up,
            question=self.verb.question % values,
            label=self.verb.label % values,
            consequences=self.consequences(),
            form=self.form,
            back_url=self.back_url,
            **kwargs,
        )
