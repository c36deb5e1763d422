"""How course groups are filtered, and the form about signing up for one."""

import django_filters
from django import forms
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet

from courses.domain import go_no_go
from courses.models import Roster
from courses.office.start import waiting


class When(TextChoices):
    COMING = "coming", gettext_lazy("Coming")
    BEGUN = "begun", gettext_lazy("Begun or over")


class RosterFilterSet(WagtailFilterSet):
    when = django_filters.ChoiceFilter(
        label=gettext_lazy("When"),
        choices=When.choices,
        widget=forms.RadioSelect,
        empty_label=gettext_lazy("All"),
        method="filter_when",
    )
    decision = django_filters.ChoiceFilter(
        label=gettext_lazy("Decision"),
        choices=[("due", gettext_lazy("Decision day near or over"))],
        widget=forms.RadioSelect,
        empty_label=gettext_lazy("All"),
        method="filter_decision",
    )
    venue = django_filters.ChoiceFilter(
        label=gettext_lazy("Venue"),
        choices=[("missing", gettext_lazy("Missing, and it begins within eight weeks"))],
        widget=forms.RadioSelect,
        empty_label=gettext_lazy("All"),
        method="filter_venue",
    )
    state = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("State"),
        choices=Roster.State.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Roster
        fields = ["when", "decision", "venue", "state"]

    def filter_when(self, queryset, name, value):
        today = timezone.localdate()
        if value == When.COMING:
            return queryset.filter(first_day__gte=today)
        return queryset.filter(first_day__lt=today)

    def filter_decision(self, queryset, name, value):
        return queryset.filter(pk__in=[roster.pk for roster in go_no_go.undecided()])

    def filter_venue(self, queryset, name, value):
        return waiting.without_venue(queryset)


class RosterForm(forms.ModelForm):
    """What staff say about signing up. Whether the date goes ahead is decided elsewhere."""

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
