"""What the night job looks for in courses: see core.findings. Labels hold codes and no names."""

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from wagtail.models import Locale

from core.findings import Found, finds
from courses.domain import invariants
from courses.models import CourseEventPage, Roster, SignUp, SwapOffer
from courses.models.page_rights import EDIT_DATES
from courses.reading import balance


def _may(*permissions):
    return lambda user: user.has_perms(permissions)


@finds(
    "offered_over",
    label=lambda number: ngettext(
        "date that is over or called off and is still offered",
        "dates that are over or called off and are still offered",
        number,
    ),
    may=_may("courses.view_roster", EDIT_DATES),
)
def offered_over():
    """Live pages of dates that are called off once everybody has chosen, and open offers of them.

    Until then the page tells people that the date does not go ahead.
    """
    today = timezone.localdate()
    over = Q(state=Roster.State.CALLED_OFF) | Q(last_day__lt=today)
    offers = SwapOffer.objects.filter(roster=OuterRef("pk"), state=SwapOffer.State.OPEN)
    pages = CourseEventPage.objects.filter(translation_key=OuterRef("translation_key"), live=True)
    people = SignUp.objects.filter(roster=OuterRef("pk"), state__in=SignUp.LIVE)
    shown = Q(Exists(pages), ~Exists(people), state=Roster.State.CALLED_OFF, last_day__gte=today)
    for roster in Roster.objects.filter(over).filter(Exists(offers) | shown).order_by("code"):
        yield Found(str(roster.pk), str(roster), reverse("rosters:edit", args=[roster.pk]))


@finds(
    "rosters_without_page",
    label=lambda number: ngettext(
        "course group with people whose page was deleted",
        "course groups with people whose page was deleted",
        number,
    ),
    may=_may("courses.view_roster"),
)
def rosters_without_page():
    pages = CourseEventPage.objects.filter(
        translation_key=OuterRef("translation_key"), locale=Locale.get_default()
    )
    people = SignUp.objects.filter(roster=OuterRef("pk"), state__in=SignUp.LIVE)
    for roster in Roster.objects.filter(~Exists(pages), Exists(people)).order_by("code"):
        yield Found(str(roster.pk), str(roster), reverse("rosters:edit", args=[roster.pk]))


@finds(
    "dates_without_source",
    label=lambda number: ngettext(
        "date online in another language only", "dates online in another language only", number
    ),
    may=_may(EDIT_DATES),
)
def dates_without_source():
    """Their facts come from the page in the source language; `core.findings` sees those offline."""
    source = Locale.get_default()
    sources = CourseEventPage.objects.filter(
        translation_key=OuterRef("translation_key"), locale=source
    )
    pages = CourseEventPage.objects.filter(~Exists(sources), live=True).exclude(locale=source)
    for page in pages.order_by("pk"):
        url = reverse("wagtailadmin_pages:edit", args=[page.pk])
        yield Found(str(page.pk), page.title, url)


@finds(
    "open_balances",
    label=lambda number: ngettext(
        "final place whose money and invoices do not agree",
        "final places whose money and invoices do not agree",
        number,
    ),
    may=_may("courses.change_refund"),
)
def open_balances():
    """Those that are not under “money and invoices do not agree” on the start page already."""
    final = SignUp.objects.filter(state=SignUp.State.CONFIRMED)
    rows = balance.differing(final).exclude(pk__in=balance.unsettled(final).values("pk"))
    for sign_up in rows.select_related("roster").order_by("pk"):
        label = f"{sign_up.roster.code}, {sign_up.pk}"
        yield Found(str(sign_up.pk), label, reverse("sign_ups:inspect", args=[sign_up.pk]))


@finds(
    "files",
    label=lambda number: ngettext(
        "uploaded file that is lost, or that belongs to nobody",
        "uploaded files that are lost, or that belong to nobody",
        number,
    ),
    may=_may("courses.change_signup", "courses.view_answer"),
)
def files():
    help_url = reverse("guide:chapter", args=["als-het-misgaat"])
    for upload in invariants.lost_uploads():
        answer = getattr(upload, "answer", None)
        url = reverse("sign_ups:inspect", args=[answer.sign_up_id]) if answer else help_url
        yield Found(f"row-{upload.pk}", upload.token.hex, url)
    for name in invariants.stray_files():
        yield Found(name, name, help_url)
