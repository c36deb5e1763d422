"""Filters of the office's lists."""

import django_filters
from django import forms
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def one_of(label, choices, **options):
    """One of the choices, or all. Radio buttons, unless `widget` says otherwise."""
    defaults = {"widget": forms.RadioSelect, "empty_label": _("All")}
    return django_filters.ChoiceFilter(label=label, choices=choices, **defaults | options)


def any_of(label, choices, **options):
    return django_filters.MultipleChoiceFilter(
        label=label, choices=choices, widget=forms.CheckboxSelectMultiple, **options
    )


class When(TextChoices):
    COMING = "coming", _("Coming")
    BEGUN = "begun", _("Begun or over")


def coming_or_begun():
    """Whether `first_day` of a row is still to come."""
    return one_of(_("When"), When.choices, method=_by_first_day)


def _by_first_day(queryset, name, value):
    lookup = "first_day__gte" if value == When.COMING else "first_day__lt"
    return queryset.filter(**{lookup: timezone.localdate()})
