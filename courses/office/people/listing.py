"""What the list of all sign-ups and that of one course group have in common."""

from itertools import islice

from django.db.models import Exists, OuterRef, Q, TextChoices
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.active_filters import ActiveFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, TitleColumn
from wagtail.admin.utils import set_query_params

from core.folding import has_number, has_part, is_number, words_of
from core.ids import is_id
from courses.domain import reconciliation
from courses.models import Attendance, Certificate, Roster, SignUp
from courses.office.lists.column_choice import ChosenColumnsMixin
from courses.office.lists.events import add_days
from courses.office.lists.exports import CHUNK, DutchExportMixin
from courses.office.lists.filters import any_of, one_of
from courses.office.lists.viewsets import ListView
from courses.office.people import fields
from courses.office.start import waiting
from courses.reading import balance

SEARCHED = ("first_name", "infix", "last_name", "email", "phone")


EVERYBODY = "all"  # in the filter, instead of states
OVER = tuple(state for state in SignUp.State if state not in SignUp.LIVE)


class Paid(TextChoices):
    YES = "paid", gettext_lazy("Paid")
    NO = "unpaid", gettext_lazy("Still to pay")
    UNSETTLED = "unsettled", gettext_lazy("Does not agree with the papers")
    UNANSWERED = "unanswered", gettext_lazy("No clear answer of the payment service")
    ENDING = "ending", gettext_lazy("Unpaid, and the place lapses within three days")


class Presence(TextChoices):
    PRESENT = "present", gettext_lazy("Present on a day")
    ABSENT = "absent", gettext_lazy("Absent on a day")
    OPEN = "open", gettext_lazy("Nothing noted")


class HasCertificate(TextChoices):
    YES = "with", gettext_lazy("With certificate")
    NO = "without", gettext_lazy("Without certificate")


class PeopleFilterSet(WagtailFilterSet):
    """Without a choice of states, only people who come or still wait; in exports too."""

    state = any_of(
        gettext_lazy("State"),
        [
            *SignUp.State.choices,
            (EVERYBODY, gettext_lazy("Everybody, also cancelled and expired")),
        ],
        method="filter_state",
        help_text=gettext_lazy("Nothing ticked: all who come or still wait."),
    )
    payment = one_of(gettext_lazy("Payment"), Paid.choices, method="filter_payment")
    kind = one_of(gettext_lazy("Kind"), SignUp.Kind.choices)
    admission = one_of(gettext_lazy("Admission"), SignUp.Admission.choices)
    presence = one_of(gettext_lazy("Presence"), Presence.choices, method="filter_presence")
    certificate = one_of(
        gettext_lazy("Certificate"), HasCertificate.choices, method="filter_certificate"
    )

    class Meta:
        model = SignUp
        fields = ["state", "payment", "kind", "admission", "presence", "certificate"]

    @property
    def hides_who_left(self):
        return self.is_valid() and not self.form.cleaned_data["state"]

    def filter_queryset(self, queryset):
        queryset = super().filter_queryset(queryset)
        return queryset.filter(state__in=SignUp.LIVE) if self.hides_who_left else queryset

    def filter_state(self, queryset, name, value):
        return queryset if EVERYBODY in value else queryset.filter(state__in=value)

    def filter_payment(self, queryset, name, value):
        short = balance.short(SignUp.objects.all()).values("pk")
        if value == Paid.YES:
            return queryset.filter(paid_at__isnull=False).exclude(pk__in=short)
        if value == Paid.UNANSWERED:
            return queryset.filter(pk__in=reconciliation.unanswered().values("sign_up"))
        if value == Paid.UNSETTLED:
            return balance.unsettled(queryset)
        if value == Paid.ENDING:
            return waiting.unpaid_and_ending(queryset)
        owes = Q(price_cents__isnull=True) | Q(price_cents__gt=0)
        unpaid = Q(owes, paid_at__isnull=True, state__in=SignUp.LIVE)
        return queryset.filter(unpaid | Q(pk__in=short))

    def filter_presence(self, queryset, name, value):
        noted = Attendance.objects.filter(sign_up=OuterRef("pk"))
        if value == Presence.OPEN:
            return queryset.filter(~Exists(noted), state=SignUp.State.CONFIRMED)
        return queryset.filter(Exists(noted.filter(present=value == Presence.PRESENT)))

    def filter_certificate(self, queryset, name, value):
        valid = Exists(Certificate.objects.filter(sign_up=OuterRef("pk"), revoked_at=None))
        return queryset.filter(valid if value == HasCertificate.YES else ~valid)


def matching(words, roster=None):
    """A condition: every word is part of a name, the e-mail address or the code of a date.

    A telephone number is found however it is written. Codes are looked up first, so that the
    database can search the rest in an index; with `roster`, all people are on that one.
    """
    codes = {roster.pk: roster.code} if roster else {}
    if words and not roster:
        codes = dict(Roster.objects.values_list("pk", "code"))
    condition = Q()
    for word in words:
        rosters = [pk for pk, code in codes.items() if word.upper() in code.upper()]
        found = has_part(word, *SEARCHED)
        condition &= found | Q(roster__in=rosters) if rosters else found
    number = " ".join(words)  # these may also be digits of a code
    return condition | Q(has_number(number, "phone")) if is_number(number) else condition


class PeopleIndexView(ChosenColumnsMixin, DutchExportMixin, ListView):
    """People, in the columns that the user has chosen."""

    search_fields = SEARCHED
    nothing_found = gettext_lazy("Nobody found. Search for less, or remove a filter.")
    template_name = "courses/office/people.html"
    results_template_name = "courses/office/people_results.html"
    bulk_url = ""  # ends with a slash; the bulk verbs are below it
    bulk_verbs = ()
    roster = None  # if all people are on one

    @cached_property
    def title_column(self):
        return TitleColumn(
            fields.NAME,
            label=gettext_lazy("Name"),
            accessor="sort_name",
            get_url=self.get_inspect_url,
            get_title_id=lambda row: f"sign_up_{row.pk}_title",
            sort_key="last_name",
            classname="office-name",
        )

    @cached_property
    def columns(self):
        boxes = [BulkActionsCheckboxColumn("select", obj_type="sign_up")]
        return [*(boxes if self.possible_bulk_verbs else ()), *super().columns]

    @cached_property
    def possible_bulk_verbs(self):
        return [verb for verb in self.bulk_verbs if self.request.user.has_perms(verb.permissions)]

    def get_base_queryset(self):
        people = SignUp.objects.select_related("roster")
        if self.is_export and "id" in self.request.GET:
            ids = self.request.GET["id"].split(",")
            people = people.filter(pk__in=[pk for pk in ids if is_id(pk)])
        return fields.fetch(people, self.chosen_fields.chosen)

    def filter_queryset(self, queryset):
        """With an invalid filter nobody rather than everybody; the form says what is wrong."""
        if not self.filters.is_valid():
            return queryset.none()
        return super().filter_queryset(queryset)

    def order_queryset(self, queryset):
        queryset = super().order_queryset(queryset)
        if self.ordering in ("last_name", "-last_name"):
            return queryset.order_by(self.ordering, "first_name", "pk")
        return queryset.order_by(*queryset.query.order_by, "-pk")

    @cached_property
    def search_condition(self):
        return matching(words_of(self.search_query), self.roster)

    def search_queryset(self, queryset):
        return queryset.filter(self.search_condition)

    @cached_property
    def active_filters(self):
        found = super().active_filters
        if self.filters.hides_who_left:
            state = self.filters.form["state"]
            url = self._address(self.index_results_url, EVERYBODY, _w_filter_fragment=1)
            found = [ActiveFilter(state.auto_id, state.label, _("who comes"), url), *found]
        return found

    @cached_property
    def left_out(self):
        """How many people are hidden because they are cancelled or expired."""
        if not self.filters.hides_who_left:
            return 0
        data = self.request.GET.copy()
        data.setlist("state", OVER)
        over = self.filterset_class(data, self.get_base_queryset(), request=self.request)
        return self.search_queryset(over.qs).count()

    @property
    def everybody_url(self):
        return self._address(self.index_url, EVERYBODY)

    @property
    def who_comes_url(self):
        """The address of the list without cancelled and expired people; empty on that list."""
        is_everybody = EVERYBODY in self.request.GET.getlist("state")
        return self._address(self.index_url, None) if is_everybody else ""

    def _address(self, path, state, **more):
        away = {self.page_kwarg: None, "_w_filter_fragment": None}
        return set_query_params(
            f"{path}?{self.request.GET.urlencode()}", away | {"state": state} | more
        )

    def get_table(self, object_list):
        return super().get_table(self._with_days(object_list))

    def export_rows(self, queryset):
        people = queryset.iterator(chunk_size=CHUNK)
        while chunk := list(islice(people, CHUNK)):
            for item in self._with_days(chunk):
                yield list(self.to_row_dict(item).values())

    def _with_days(self, people):
        return add_days(people) if fields.DAYS.name in self.values else people

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            bulk_buttons=[
                {"label": verb.label, "url": f"{self.bulk_url}{verb.slug}/"}
                for verb in self.possible_bulk_verbs
            ],
            **kwargs,
        )

    @property
    def nothing_yet(self):
        if self.left_out:
            return _("Nobody comes.")
        return _("Nobody has signed up yet. Whoever does appears here at once.")
