"""The filters of course groups, and the form that opens and closes sign-up for one."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet

from courses.domain import go_no_go
from courses.models import Roster
from courses.office.lists.filters import any_of, coming_or_begun, one_of
from courses.office.start import waiting


class RosterFilterSet(WagtailFilterSet):
    when = coming_or_begun()
    decision = one_of(
        gettext_lazy("Decision"),
        [("due", gettext_lazy("Decision day near or over"))],
        method="filter_decision",
    )
    venue = one_of(
        gettext_lazy("Venue"),
        [("missing", gettext_lazy("Missing, and it begins within eight weeks"))],
        method="filter_venue",
    )
    state = any_of(gettext_lazy("State"), Roster.State.choices)

    class Meta:
        model = Roster
        fields = ["when", "decision", "venue", "state"]

    def filter_decision(self, queryset, name, value):
        return queryset.filter(pk__in=[roster.pk for roster in go_no_go.undecided()])

    def filter_venue(self, queryset, name, value):
        return waiting.without_venue(queryset)


class RosterForm(forms.ModelForm):
    """Whether people can sign up, and what the site says of availability."""

    class Meta:
        model = Roster
        fields = ["state", "availability_override"]
        widgets = {"state": forms.RadioSelect, "availability_override": forms.RadioSelect}
        labels = {"state": gettext_lazy("Sign-up")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["availability_override"].choices = [
            ("", _("Nothing: count the free places")),
            *Roster.Override.choices,
        ]
        if self.instance.state in go_no_go.UNDECIDED:
            self.fields["state"].choices = [
                (Roster.State.PLANNED, _("As planned: people can sign up")),
                (Roster.State.CLOSED, _("Closed: nobody can sign up")),
            ]
        else:
            del self.fields["state"]

    def clean(self):
        if "state" in self.data and "state" not in self.fields:
            raise forms.ValidationError(
                _(
                    "In the meantime it was decided whether this date goes ahead. Nothing has been"
                    " saved: look once more."
                )
            )
        return super().clean()
