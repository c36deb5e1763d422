"""The checklist of a course date before it is published.

A date that lacks something necessary cannot be published; advice does not prevent that.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Locale

from core.models import SiteSettings
from courses.models import Accreditation, SignUp, SignUpPage
from courses.values.days import days_in_words
from courses.values.money import format_euros


class State(StrEnum):
    DONE = "done"
    MISSING = "missing"
    ADVISED = "advised"

    @property
    def label(self):
        return LABELS[self]


LABELS = {
    State.DONE: gettext_lazy("In order"),
    State.MISSING: gettext_lazy("Missing"),
    State.ADVISED: gettext_lazy("Advised"),
}
URGENCY = {State.MISSING: 0, State.ADVISED: 1, State.DONE: 2}


@dataclass(frozen=True)
class Item:
    """One line of the checklist; `url` leads to where staff can put it in order."""

    subject: str
    says: str
    state: State
    url: str = ""


def checklist(page, user, *, course=None, parts=None):
    """The items for a date in the editor, in the order of the form.

    A form passes what is not saved yet: the submitted `parts`, and the `course` of a new page.
    """
    course = course or page.get_parent().specific
    parts = [part for part in (page.parts.all() if parts is None else parts) if part.first_day]
    return [
        _days(page, parts),
        *([] if not parts else _where_and_when(parts)),
        _price(page, course),
        _seats(page, course),
        _course(course, user),
        _form(course, user),
        _teachers(course, user),
        _accreditations(parts, user),
        _brochure(page),
        _decision(page, parts),
        *_translations(page),
    ]


def missing(page, **given):
    """The items without which a date cannot be published for the first time."""
    return [item for item in checklist(page, None, **given) if item.state == State.MISSING]


def say_what_is_missing(items):
    """One sentence about why a date is not published."""
    return _("Not published yet, because something is missing: %(items)s") % {
        "items": " ".join(f"{item.subject}: {item.says}" for item in items)
    }


def _necessary(is_done):
    return State.DONE if is_done else State.MISSING


def _advised(is_done):
    return State.DONE if is_done else State.ADVISED


def _days(page, parts):
    url = "#id_parts-0-first_day"
    if not parts:
        return Item(_("Days"), _("Add a part with its days."), State.MISSING, url)
    first_day = min(part.first_day for part in parts)
    spans = [(part.first_day, part.last_day or part.first_day) for part in parts]
    says = days_in_words(spans)
    has_passed = first_day < timezone.localdate() and not page.live
    if has_passed:
        says = _("%(days)s. The first day has passed.") % {"days": says}
    return Item(_("Days"), says, _necessary(not has_passed), url)


def _where_and_when(parts):
    for name, subject, follows in (
        ("place", _("Town"), _("The town follows: %(parts)s.")),
        ("venue", _("Venue"), _("The venue follows: %(parts)s.")),
        ("starts_at", _("Times"), _("Not filled in: %(parts)s.")),
    ):
        empty = [number for number, part in enumerate(parts) if not getattr(part, name)]
        says = follows % {"parts": ", ".join(parts[number].name for number in empty)}
        if not empty:
            says = ", ".join(dict.fromkeys(_shown(getattr(part, name)) for part in parts))
        yield Item(
            subject, says, _advised(not empty), f"#id_parts-{empty[0] if empty else 0}-{name}"
        )


def _shown(value):
    return value if isinstance(value, str) else f"{value:%H:%M}"


def _price(page, course):
    cents = course.price_cents if page.price_cents is None else page.price_cents
    says = _("Fill in what it costs.") if cents is None else format_euros(cents)
    return Item(_("Price"), says, _necessary(cents is not None), "#id_price_cents")


def _seats(page, course):
    minimum, capacity = page.minimum or course.minimum, page.capacity or course.capacity
    says = _("At least %(minimum)s and at most %(capacity)s participants.")
    if minimum > capacity:
        says = _("The minimum of %(minimum)s is more than the maximum of %(capacity)s.")
    return Item(
        _("Number of participants"),
        says % {"minimum": minimum, "capacity": capacity},
        _necessary(minimum <= capacity),
        "#id_minimum" if minimum > capacity else "#id_capacity",
    )


def _course(course, user):
    says = _("Published.") if course.live else _("Publish the course first: dates are below it.")
    return Item(_("Course"), says, _necessary(course.live), _edit(course, user))


def _form(course, user):
    forms = SignUpPage.objects.child_of(course).filter(kind=SignUp.Kind.COURSE)
    form = forms.order_by("-live", "pk").first()
    if form is None:
        says = _("The course has no sign-up form, so nobody could sign up.")
        return Item(_("Sign-up form"), says, State.MISSING, _list(course, user))
    says = _("Published.") if form.live else _("The sign-up form is not published.")
    return Item(_("Sign-up form"), says, _necessary(form.live), _edit(form, user))


def _teachers(course, user):
    number = len({person.pk for role in course.team for person in role.value["people"] if person})
    says = _("The course names nobody who teaches.")
    if number:
        says = _("Named on the page of the course: %(number)s.") % {"number": number}
    return Item(_("Teachers"), says, _advised(number), _edit(course, user, "#id_team_heading"))


def _accreditations(parts, user):
    rows = Accreditation.objects.filter(page__live=True, locale=Locale.get_default())
    rows = list(rows.select_related("page"))
    days = [day for part in parts for day in (part.first_day, part.last_day or part.first_day)]
    lapsed = [row for row in rows if not all(row.is_valid_on(day) for day in days)]
    unknown = [row for row in rows if not row.is_known]
    says = _("Valid on all days.")
    if unknown:
        says = _("Number or term is not known: %(registers)s. Readers see “to be confirmed”.") % {
            "registers": ", ".join(row.register for row in unknown)
        }
    elif lapsed:
        says = _("Not valid on all days: %(registers)s.") % {
            "registers": ", ".join(row.register for row in lapsed)
        }
    elif not rows:
        says = _("There is no accreditation on the site.")
    page = rows[0].page if rows else None
    return Item(
        _("Accreditation"),
        says,
        _advised(rows and not lapsed and not unknown),
        _edit(page, user) if page else "",
    )


def _brochure(page):
    says = _("Made from this page by itself, whenever somebody asks for it.")
    if page.brochure_id:
        says = _("The one that you uploaded.")
    return Item(_("Brochure"), says, State.DONE, "#id_brochure")


def _decision(page, parts):
    says = _("By itself, %(days)s days before the first day.") % {
        "days": SiteSettings.current().decision_days
    }
    late = False
    if page.decision_day:
        late = any(page.decision_day >= part.first_day for part in parts)
        says = days_in_words([(page.decision_day, page.decision_day)])
    if late:
        says = _("%(day)s: that is not before the first day.") % {"day": says}
    return Item(_("Decision day"), says, _advised(not late), "#id_decision_day")


def _translations(page):
    there = set(
        type(page)
        .objects.filter(translation_key=page.translation_key)
        .values_list("locale_id", flat=True)
    )
    for locale in Locale.objects.exclude(pk=Locale.get_default().pk):
        is_there = locale.pk in there
        says = _("There by itself, with the same facts.")
        if not is_there:
            says = _("Not there. Is the course itself there in this language?")
        yield Item(str(locale), says, _advised(is_there))


def _edit(page, user, anchor=""):
    if user is None or not page.permissions_for_user(user).can_edit():
        return ""
    return reverse("wagtailadmin_pages:edit", args=[page.pk]) + anchor


def _list(page, user):
    if user is None or not page.permissions_for_user(user).can_add_subpage():
        return ""
    return reverse("wagtailadmin_explore", args=[page.pk])
