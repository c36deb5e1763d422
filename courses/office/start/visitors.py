"""What visitors ask for and staff have not filled in yet; readers do not see that it is missing."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from wagtail.models import Locale
from wagtail.permissions import page_permission_policy

from core.once import cached_briefly
from core.to_do import ToDo
from courses.models import CourseEventPart, CourseIndexPage, CoursePage, CoursePlace


def staff_to_do(user):
    """The places and courses about which something is missing, on pages that this user edits."""
    found = cached_briefly(f"missing for visitors of {user.pk}", lambda: _missing(user))
    return [
        ToDo(
            label=_label(kind, names),
            number=len(names),
            url=reverse("wagtailadmin_pages:edit", args=[page]),
            order=460,
            icon="help",
        )
        for kind, page, names in found
    ]


def _label(kind, names):
    if kind == "places":
        words = ngettext(
            "place without how to get there, park or stay the night: %(names)s",
            "places without how to get there, park or stay the night: %(names)s",
            len(names),
        )
    else:
        words = ngettext(
            "course without a day from hour to hour: %(names)s",
            "courses without a day from hour to hour: %(names)s",
            len(names),
        )
    return words % {"names": ", ".join(names)}


def _missing(user):
    """[(kind, page to edit, names)]"""
    pages = page_permission_policy.instances_user_has_permission_for(user, "change")
    pages = pages.filter(locale=Locale.get_default(), live=True)
    found = []
    overview = CourseIndexPage.objects.filter(pk__in=pages.values("pk")).first()
    if overview and (towns := _towns()):
        found.append(("places", overview.pk, towns))
    courses = CoursePage.objects.filter(pk__in=pages.values("pk"), day_moments=None)
    if titles := list(courses.values_list("pk", "title")):
        found.append(("courses", titles[0][0], [title for _pk, title in titles]))
    return found


def _towns():
    """The towns of coming dates about which a fact is missing."""
    default = Locale.get_default()
    parts = CourseEventPart.objects.filter(
        page__locale=default, page__live=True, last_day__gte=timezone.localdate()
    )
    towns = set(parts.exclude(place="").values_list("place", flat=True))
    rows = CoursePlace.objects.filter(locale=default, page__live=True)
    known = {row.town for row in rows if all(getattr(row, name) for name in row.FACTS)}
    return sorted(towns - known)
