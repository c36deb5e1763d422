"""Presence for the registers of professions: registration numbers, and a file for a register."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.models import Locale

from core.form_fields import TextField
from courses.domain import registrations, transitions
from courses.models import Accreditation, SignUp
from courses.office.lists.exports import csv_response, xlsx_response
from courses.office.rosters.group import GroupView
from courses.office.rosters.presence import Participant, people_of

RESPONSES = {"csv": csv_response, "xlsx": xlsx_response}


@dataclass(frozen=True)
class Row:
    """A participant, with the registration number if it is known."""

    person: Participant
    number: str

    @property
    def sign_up(self):
        return self.person.sign_up

    @property
    def present(self):
        """The number of days on which this person was present."""
        return sum(self.person.noted.get(day, False) for day in self.person.days)

    @property
    def presence(self):
        """“2 of 3 days”, or “not noted yet”."""
        if not any(day in self.person.noted for day in self.person.days):
            return _("not noted yet")
        days = len(self.person.days)
        return ngettext("%(present)s of %(days)s day", "%(present)s of %(days)s days", days) % {
            "present": self.present,
            "days": days,
        }

    def points(self, accreditation):
        """All points for presence on all days of the whole course, otherwise 0: never a part.

        None if presence is not noted for every day, or there are no points for this person.
        """
        days = self.person.days
        if not accreditation or accreditation.points is None:
            return None
        if self.sign_up.kind == SignUp.Kind.ALUMNI or any(d not in self.person.noted for d in days):
            return None
        return accreditation.points if self.present == len(days) else accreditation.points * 0


def accreditations_on(first_day, last_day):
    """The accreditations that are valid on both days, in the order of their page."""
    rows = Accreditation.objects.filter(page__live=True, locale=Locale.get_default())
    return [row for row in rows if row.is_valid_on(first_day) and row.is_valid_on(last_day)]


def rows_of(people):
    numbers = registrations.numbers_by_sign_up([person.sign_up for person in people])
    return [Row(person, numbers.get(person.sign_up.pk, "")) for person in people]


class NumbersForm(forms.Form):
    """A field for each person. Only changed fields are saved, so a colleague's changes stay."""

    def __init__(self, *args, rows, **kwargs):
        super().__init__(*args, **kwargs)
        self.sign_ups = {}
        for row in rows:
            name = f"number-{row.sign_up.pk}"
            self.sign_ups[name] = row.sign_up
            self.fields[name] = TextField(
                label=_("Registration number of %(name)s") % {"name": row.sign_up.full_name},
                max_length=registrations.LONGEST,
                required=False,
                initial=row.number,
                show_hidden_initial=True,
                widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
            )

    def save(self, *, by):
        """Returns how many numbers were saved; not those of people forgotten meanwhile."""
        saved = 0
        for name in self.changed_data:
            with suppress(transitions.WrongStateError):
                registrations.change_number(self.sign_ups[name], self.cleaned_data[name], by=by)
                saved += 1
        return saved


class RegisterView(GroupView):
    """The registration numbers to fill in, and a file for each register."""

    page_title = gettext_lazy("Presence for the registers")
    permission_required = "view"
    template_name = "courses/office/register.html"

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm("courses.view_answer"):
            raise PermissionDenied
        response = super().dispatch(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        return response

    @cached_property
    def rows(self):
        return rows_of(people_of(self.roster, self.event))

    @cached_property
    def accreditations(self):
        return accreditations_on(self.roster.first_day, self.roster.last_day)

    @cached_property
    def form(self):
        data = self.request.POST if self.request.method == "POST" else None
        return NumbersForm(data, rows=self.rows)

    @property
    def may_note(self):
        return self.request.user.has_perm("courses.change_signup")

    def get(self, request, *args, **kwargs):
        form = request.GET.get("export")
        if form is None:
            return super().get(request, *args, **kwargs)
        if form not in RESPONSES:
            raise Http404
        return self._export(RESPONSES[form])

    def post(self, request, *args, **kwargs):
        if not self.may_note:
            raise PermissionDenied
        if not self.form.is_valid():
            messages.error(request, _("One of the numbers is too long. Nothing was saved."))
            return self.render_to_response(self.get_context_data())
        number = self.form.save(by=request.user)
        if number:
            words = ngettext("%(number)s number saved.", "%(number)s numbers saved.", number)
            messages.success(request, words % {"number": number})
        else:
            messages.warning(request, _("No number was changed."))
        return redirect(request.path)

    def _export(self, respond):
        accreditation = self._chosen()
        days = sorted({day for row in self.rows for day in row.person.days})
        name = f"register-{self.roster.code}"
        if accreditation and accreditation.number:
            kept = "".join(letter for letter in accreditation.number if letter.isalnum())
            name = f"{name}-{kept}" if kept.isascii() else name
        rows = (self._cells(row, accreditation, days) for row in self.rows)
        with translation.override(settings.LANGUAGE_CODE):
            headings = _headings(days)
        return respond(name, headings, rows)

    def _chosen(self):
        """The accreditation of `?register=`; None if it is not given. Raises Http404."""
        asked = self.request.GET.get("register")
        if not asked:
            return None
        for accreditation in self.accreditations:
            if str(accreditation.pk) == asked:
                return accreditation
        raise Http404

    def _cells(self, row, accreditation, days):
        sign_up, event = row.sign_up, self.event
        return [
            accreditation.register if accreditation else "",
            accreditation.number if accreditation else "",
            sign_up.event_title,
            self.roster.code,
            event.days_in_words_for(sign_up.kind) if event else "",
            ", ".join(event.places) if event else "",
            sign_up.last_name,
            sign_up.infix,
            sign_up.first_name,
            row.number,
            sign_up.get_kind_display(),
            *[_was_there(row.person, day) for day in days],
            row.presence,
            row.points(accreditation),
            "" if row.number else _("no registration number"),
        ]

    def get_context_data(self, **kwargs):
        missing = sum(not row.number for row in self.rows)
        return super().get_context_data(
            rows=[(row, self.form[f"number-{row.sign_up.pk}"]) for row in self.rows],
            missing=missing,
            accreditations=self.accreditations,
            accreditations_url=_accreditations_url(self.request.user),
            may_note=self.may_note,
            presence_url=reverse("rosters:presence", args=[self.roster.pk]),
            **kwargs,
        )


def _headings(days):
    return [
        _("Register"),
        _("Accreditation number"),
        _("Course"),
        _("Code"),
        _("Days"),
        _("Place"),
        _("Last name"),
        _("Infix"),
        _("First name"),
        _("Registration number"),
        _("Kind"),
        *[_("Present on %(day)s") % {"day": date_format(day, "j F Y")} for day in days],
        _("Presence"),
        _("Points"),
        _("Missing"),
    ]


def _was_there(person: Participant, day: date):
    if day not in person.days:
        return _("not expected on this day")
    return person.noted.get(day)


def _accreditations_url(user):
    """Where the user can edit the registers; empty if that is not allowed."""
    row = Accreditation.objects.filter(locale=Locale.get_default()).select_related("page").first()
    if row is None or not row.page.permissions_for_user(user).can_edit():
        return ""
    return reverse("wagtailadmin_pages:edit", args=[row.page_id])
