"""What waits for the office, on the start page: for the hook `staff_to_do`, see core.to_do.

Decisions about dates, accreditations and retention terms have such a function in their own module.
"""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.once import cached_briefly
from core.to_do import ToDo, Waiting
from courses.domain import changes, reconciliation
from courses.domain.strays import WITH_MONEY
from courses.models import Invoice, Roster, SignUp, StrayPayment
from courses.models.page_rights import EDIT_DATES
from courses.office import swaps
from courses.office.money import refunds
from courses.office.start import waiting
from courses.reading import balance
from courses.values.days import moment_in_words


def staff_to_do(user):
    """The lines that this user can resolve, in at most one query for each."""
    if user.has_perm("courses.change_signup"):
        yield admissions()
        yield unpaid()
        yield untold()
        yield wishes()
    if user.has_perm("courses.change_refund"):
        yield money_back()
        yield unsettled()
        yield strays()
    if user.has_perm("courses.change_payment"):
        yield unanswered()
        yield stuck()
    if user.has_perm("courses.view_invoice"):
        yield overdue_invoices()
    if user.has_perms(["courses.view_roster", EDIT_DATES]):
        yield venues()


def admissions():
    return Waiting(
        SignUp.objects.filter(state=SignUp.State.REVIEW),
        lambda number: ngettext("person to admit or not", "people to admit or not", number),
        _list("sign_ups:index", state=SignUp.State.REVIEW.value),
        order=110,
        icon="user",
    )


def unpaid():
    return Waiting(
        waiting.unpaid_and_ending(SignUp.objects),
        lambda number: ngettext(
            "unpaid place that lapses within three days",
            "unpaid places that lapse within three days",
            number,
        ),
        _list("sign_ups:index", payment="ending"),
        order=220,
        icon="warning",
    )


def untold():
    """Changed dates of which people were not told; the link leads to the first."""
    found = changes.rosters_to_tell()
    label = ngettext(
        "changed date to tell people about", "changed dates to tell people about", len(found)
    )
    url = reverse("rosters:tell", args=[found[0].pk]) if found else ""
    return ToDo(label, len(found), url, order=120, icon="mail")


def wishes():
    number = cached_briefly("wishes that can be granted", swaps.number_of_matches)
    label = ngettext(
        "wish for another date that can be granted",
        "wishes for another date that can be granted",
        number,
    )
    return ToDo(label, number, reverse("swaps:index"), order=400, icon="resubmit")


def money_back():
    return Waiting(
        refunds.undecided(),
        lambda number: ngettext("refund to decide about", "refunds to decide about", number),
        reverse("refunds:index"),
        order=130,
        icon="rotate",
    )


def unsettled():
    return Waiting(
        balance.unsettled(SignUp.objects.all()),
        lambda number: ngettext(
            "person whose money and invoices do not agree",
            "people whose money and invoices do not agree",
            number,
        ),
        _list("sign_ups:index", payment="unsettled", state="all"),
        order=131,
        icon="warning",
    )


def strays():
    return Waiting(
        StrayPayment.objects.filter(state__in=WITH_MONEY),
        lambda number: ngettext(
            "payment that belongs to no sign-up", "payments that belong to no sign-up", number
        ),
        reverse("strays:index"),
        order=132,
        icon="warning",
    )


def unanswered():
    return Waiting(
        SignUp.objects.filter(pk__in=reconciliation.unanswered().values("sign_up")),
        lambda number: ngettext(
            "person about whose payment the payment service gives no clear answer",
            "people about whose payment the payment service gives no clear answer",
            number,
        ),
        _list("sign_ups:index", payment="unanswered", state="all"),
        order=134,
        icon="warning",
    )


def stuck():
    return Waiting(
        reconciliation.stuck(),
        _stuck_in_words,
        reverse("guide:chapter", args=["als-het-misgaat"]),
        order=105,
        icon="warning",
    )


def _stuck_in_words(number):
    since = reconciliation.stuck_since() if number else None
    words = _("payment service that has not answered since %(moment)s")
    return words % {"moment": moment_in_words(since)} if since else ""


def overdue_invoices():
    return Waiting(
        Invoice.objects.filter(pk__in=waiting.overdue(Invoice.objects).values("pk")),
        lambda number: ngettext("invoice not paid in time", "invoices not paid in time", number),
        _list("invoices:index", due="overdue"),
        order=230,
        icon="doc-full",
    )


def venues():
    return Waiting(
        waiting.without_venue(Roster.objects),
        lambda number: ngettext(
            "date within eight weeks without a venue",
            "dates within eight weeks without a venue",
            number,
        ),
        _list("rosters:index", venue="missing"),
        order=210,
        icon="home",
    )


def _list(name, **filters):
    return f"{reverse(name)}?{urlencode(filters)}"
