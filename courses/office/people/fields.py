"""The columns about people who signed up, on the screen and in exports."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Min, Prefetch, Q, Value
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column

from core.models import SiteSettings
from courses.models import Answer, Invoice, Payment
from courses.office.lists.columns import (
    EmailColumn,
    LinesColumn,
    MomentColumn,
    StateColumn,
    ToneColumn,
)
from courses.office.lists.events import days_of
from courses.office.people import payment_status, values
from courses.reading import balance

_date_format = lazy(date_format, str)  # in the language of the page or the file
VIEW_ANSWERS = "courses.view_answer"
PAID = Payment.objects.filter(state=Payment.State.PAID)
INVOICES = Invoice.objects.filter(kind=Invoice.Kind.INVOICE)
LOADS = {  # what fields need besides the sign-up and its roster
    "buyer": lambda found: found.select_related("buyer"),
    "certificate": lambda found: found.select_related("certificate"),
    "swap_wishes": lambda found: found.prefetch_related("swap_wishes"),
    "attendance": lambda found: found.prefetch_related("attendance"),
    "payments": lambda found: (
        balance.with_sums(found)
        .annotate(online=Value(SiteSettings.current().payment_method_name))
        .prefetch_related(
            Prefetch("payments", PAID.only("sign_up", "gateway")),
            Prefetch("invoices", INVOICES.only("sign_up", "due_on")),
        )
    ),
    "answers": lambda found: found.prefetch_related(
        Prefetch("answers", Answer.objects.select_related("upload"))
    ),
}


@dataclass(frozen=True)
class Field:
    """A column, or one for each of `parts()` if that returns fields.

    `value` is a function of a sign-up for spreadsheets; `shown` is the one for the screen, if that
    shows something else. `loads` are keys of LOADS.
    """

    name: str
    label: str
    value: Callable | None = None
    shown: Callable | None = None
    column: type[Column] = Column
    sort_key: str | None = None
    classname: str = ""
    loads: tuple[str, ...] = ()
    permission: str = ""
    parts: Callable = tuple

    def as_column(self):
        return self.column(
            self.name,
            label=self.label,
            accessor=self.shown or self.value,
            sort_key=self.sort_key,
            classname=self.classname,
        )


def fetch(queryset, fields):
    """The sign-ups with all that these fields need, in a number of queries that does not grow."""
    for name in dict.fromkeys(name for field in fields for name in field.loads):
        queryset = LOADS[name](queryset)
    return queryset


NAME = "name"  # always shown: it links to the sign-up

ABOUT_PERSON = tuple(
    Field(name, label, values.own(name))
    for name, label in {
        "first_name": gettext_lazy("First name"),
        "infix": gettext_lazy("Infix"),
        "last_name": gettext_lazy("Last name"),
    }.items()
)
ABOUT_DATE = (
    Field(
        "code",
        gettext_lazy("Course date"),
        lambda row: row.roster.code,
        sort_key="roster__code",
        classname="office-code",
    ),
    Field("event_title", gettext_lazy("Title"), lambda row: row.event_title),
)
DAYS = Field(
    "days",
    gettext_lazy("Days"),
    lambda row: row.days,
    sort_key="roster__first_day",
    classname="people-wide",
)
STANDING = (
    Field(
        "state",
        gettext_lazy("State"),
        lambda row: row.get_state_display(),
        column=StateColumn,
        sort_key="state",
    ),
    Field(
        "payment",
        gettext_lazy("Payment"),
        lambda row: payment_status.in_words(row)[1],
        payment_status.in_words,
        column=ToneColumn,
        loads=("payments",),
    ),
    Field("price", gettext_lazy("Price"), values.euros, values.price, sort_key="price_cents"),
    Field(
        "paid_at",
        gettext_lazy("Paid on"),
        lambda row: row.paid_at,
        column=MomentColumn,
        sort_key="paid_at",
    ),
    Field("paid_how", gettext_lazy("How paid"), payment_status.method, loads=("payments",)),
    Field(
        "admission",
        gettext_lazy("Admission"),
        lambda row: row.get_admission_display(),
        sort_key="admission",
        classname="people-wide",
    ),
    Field("kind", gettext_lazy("Kind"), lambda row: row.get_kind_display(), sort_key="kind"),
    Field(
        "created_at",
        gettext_lazy("Signed up"),
        lambda row: row.created_at,
        column=MomentColumn,
        sort_key="created_at",
    ),
    Field(
        "hold_until",
        gettext_lazy("Held until"),
        lambda row: row.hold_until,
        column=MomentColumn,
        sort_key="hold_until",
    ),
)
CONTACT = (
    Field(
        "email",
        gettext_lazy("E-mail"),
        lambda row: row.email,
        column=EmailColumn,
    ),
    Field(
        "phone",
        gettext_lazy("Telephone"),
        lambda row: row.phone_to_show,
        classname="office-amount",
    ),
    Field("language", gettext_lazy("Language"), values.language),
)
BUYER = tuple(
    Field(f"buyer_{name}", label, values.of_buyer(name), loads=("buyer",))
    for name, label in {
        "organisation": gettext_lazy("Organisation"),
        "reference": gettext_lazy("Reference"),
        "street": gettext_lazy("Street and number"),
        "postcode": gettext_lazy("Postcode"),
        "city": gettext_lazy("Town"),
        "country": gettext_lazy("Country"),
        "email": gettext_lazy("E-mail for the invoice"),
    }.items()
)


def _written(name, label, value, **more):
    return Field(
        name,
        label,
        value,
        column=LinesColumn,
        classname="people-wide",
        permission=VIEW_ANSWERS,
        **more,
    )


ANSWERS = _written("answers", gettext_lazy("Answers"), values.answers, loads=("answers",))
WRITTEN = tuple(
    _written(name, label, values.own(name))
    for name, label in {
        "motivation": gettext_lazy("Motivation"),
        "remarks": gettext_lazy("Remarks"),
        "office_note": gettext_lazy("Note of the office"),
    }.items()
)
AFTERWARDS = (
    Field(
        "swap_wishes", gettext_lazy("Would rather attend"), values.wishes, loads=("swap_wishes",)
    ),
    Field("certificate", gettext_lazy("Certificate"), values.certificate, loads=("certificate",)),
)


def answers_of(roster):
    """A column for each question that participants answered, in Dutch if anybody read it so."""

    def parts():
        given = Answer.objects.filter(sign_up__roster=roster).order_by().values("key")
        in_dutch = Q(sign_up__language=settings.LANGUAGE_CODE)
        firsts = given.annotate(first=Min("pk"), dutch=Min("pk", filter=in_dutch))
        wordings = Answer.objects.filter(pk__in=[row["dutch"] or row["first"] for row in firsts])
        return tuple(
            _written(
                f"answer_{given.key}",
                given.question,
                values.answer_to(given.key),
                loads=("answers",),
            )
            for given in wordings.order_by("pk")
        )

    label = gettext_lazy("Answers, a column for each question")
    return Field("answers", label, permission=VIEW_ANSWERS, parts=parts)


def presence_of(roster):
    """A column for each course day."""

    def parts():
        return tuple(
            Field(
                f"presence_{day.isoformat()}",
                _date_format(day, "j b"),
                values.presence_on(day),
                loads=("attendance",),
            )
            for day in days_of(roster)
        )

    return Field("presence", gettext_lazy("Presence, a column for each day"), parts=parts)
