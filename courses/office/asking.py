"""What staff do and cannot simply undo: a page asks and names the consequences, POST does it."""

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
    """Nothing to fill in. Subclasses use what the verb is `about`, and more facts of the view."""

    refusal = ""  # why there is nothing to do, in words

    def __init__(self, data=None, *, about=None, **facts):
        super().__init__(data)

    def arguments(self):
        """What `do` of the verb takes besides."""
        return self.cleaned_data


@dataclass(frozen=True, kw_only=True)
class Verb:
    """Something that staff do to an object, or to each of many, with its consequences in words.

    `do(object, by=user, **arguments)` is a verb of the domain. It is possible in the `states` of
    the object (none named: in all of them), provided that it `applies`; `why_not` says of one
    among many why it is skipped. `refusals` are errors of the domain, each with what staff read
    then; they change nothing. Question, done and refusals may name the values of the view.
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
        """Why it cannot be done to one among many, in words; nothing where it can."""
        if not self.is_in_state(about):
            return _("is “%(state)s”") % {"state": about.get_state_display()}
        return self.why_not(about, **arguments)

    def words_for(self, error):
        return next(words for kind, words in self.refusals if isinstance(error, kind))


def possible(verbs, about, user):
    """Those that this user can do now."""
    return [verb for verb in verbs if user.has_perms(verb.permissions) and verb.is_possible(about)]


class VerbView(OfficeView):
    """Asks about one object. Both the answer and a refusal lead to `back_url`.

    Whatever the domain refuses that staff can mend is said above the form, with what they typed.
    """

    template_name = "courses/office/confirm_verb.html"
    http_method_names = ["get", "post"]
    verb = None
    about = None
    sign_up = None  # the person whom it concerns, where that is one
    back_url = ""
    too_late = ()  # errors of the domain: somebody else, or the clock, was first

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
        """The page once more, with what was typed and what is the matter."""
        self.about.refresh_from_db()
        del self.form  # its choices may have changed since
        self.form.full_clean()
        self.form.add_error(None, words)
        return self.ask()

    def finish(self, result, values):
        """It was done; `values` are those from before."""
        return self.leave(messages.success, self.verb.done % values)

    def refuse(self, words=""):
        """Nothing was changed."""
        return self.leave(messages.error, words or self.refusal())

    def refusal(self):
        """Why it is not possible (any more)."""
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
        """What the words of the verb may name."""
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
