"""Texts that may become outdated: which of them are due to be read again."""

import datetime
from functools import reduce
from operator import attrgetter

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Locale, Page
from wagtail.permissions import page_permission_policy

from core.models import Ageing

LOG_ACTION = "core.check_again"
IN_A_YEAR = datetime.timedelta(days=365)


def ageing_models():
    return [model for model in apps.get_models() if issubclass(model, Ageing)]


def due(user, today=None):
    """The texts that `user` may change and whose `check_again_on` has come, longest overdue first.

    A list of instances of several models, found in one query and one more per model.
    """
    keys = _keys(user, today or timezone.localdate()).order_by("check_again_on", "label", "pk")
    wanted = {}
    for label, pk, _day in keys:
        wanted.setdefault(label, []).append(pk)
    found = [
        instance
        for label, pks in wanted.items()
        for instance in apps.get_model(label).objects.filter(pk__in=pks)
    ]
    return sorted(found, key=attrgetter("check_again_on"))


def number_due(user, today=None):
    """The number of texts in `due`, in one query."""
    return _keys(user, today or timezone.localdate()).count()


def may_change(instance, user):
    if isinstance(instance, Page):
        return instance.permissions_for_user(user).can_edit()
    return user.has_perm(f"{instance._meta.app_label}.change_{instance._meta.model_name}")


@transaction.atomic
def mark_checked(instance, *, by, today=None):
    """Record that the text was read and is still true; returns the next day to check it, in a year.

    A draft that is not published yet gets the same day.
    """
    day = (today or timezone.localdate()) + IN_A_YEAR
    type(instance).objects.filter(pk=instance.pk).update(check_again_on=day)
    draft = getattr(instance, "latest_revision", None)
    if draft:
        draft.content["check_again_on"] = day.isoformat()
        draft.save(update_fields=["content"])
    log(instance=instance, action=LOG_ACTION, user=by, data={"next": day.isoformat()})
    return day


def _keys(user, today):
    """(label of the model, pk, day) of everything that is due, of all models in one query."""
    pages = page_permission_policy.instances_user_has_permission_for(user, "change")
    source = Locale.get_default()
    querysets = [
        _of_model(model, user, pages).filter(check_again_on__lte=today, locale=source)
        for model in ageing_models()
    ]
    return reduce(lambda one, other: one.union(other, all=True), querysets)


def _of_model(model, user, pages):
    found = model.objects.all()
    if issubclass(model, Page):
        found = found.live().filter(alias_of=None, pk__in=pages.values("pk"))
    elif not user.has_perm(f"{model._meta.app_label}.change_{model._meta.model_name}"):
        found = found.none()
    label = models.Value(model._meta.label_lower, output_field=models.CharField())
    return found.order_by().annotate(label=label).values_list("label", "pk", "check_again_on")
