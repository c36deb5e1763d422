"""Accreditations that end soon; a register takes weeks to renew one."""

import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from wagtail.models import Locale
from wagtail.permissions import page_permission_policy

from core.once import cached_briefly
from core.to_do import ToDo
from courses.models import Accreditation

SOON = datetime.timedelta(days=90)


def ending_soon(today=None):
    today = today or timezone.localdate()
    return Accreditation.objects.filter(
        page__live=True,
        locale=Locale.get_default(),
        valid_until__gte=today,
        valid_until__lte=today + SOON,
    ).order_by("valid_until", "pk")


def staff_to_do(user):
    """The accreditations on pages that this user can edit."""
    found = cached_briefly(f"accreditations of {user.pk}", lambda: _pages(user))
    if not found:
        return []
    label = ngettext(
        "accreditation ends within 90 days", "accreditations end within 90 days", len(found)
    )
    url = reverse("wagtailadmin_pages:edit", args=[found[0]])
    return [ToDo(label=label, number=len(found), url=url, order=450, icon="success")]


def _pages(user):
    pages = page_permission_policy.instances_user_has_permission_for(user, "change")
    ending = ending_soon().filter(page__in=pages.values("pk"))
    return list(ending.values_list("page", flat=True))
