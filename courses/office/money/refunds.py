"""The list of refunds. The verbs about one of them are in `refund`."""

from django.db.models import TextChoices
from django.urls import path, reverse
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn

from courses.models import Refund
from courses.office import asking
from courses.office.lists.columns import MomentColumn, StateColumn
from courses.office.lists.filters import any_of, one_of
from courses.office.lists.viewsets import ListView, ListViewSet
from courses.office.money.refund import UNDECIDED, VERBS, RefundVerbView
from courses.values.money import format_euros

State = Refund.State


def undecided():
    return Refund.objects.filter(state__in=UNDECIDED)


class Show(TextChoices):
    UNDECIDED = "undecided", gettext_lazy("To be decided")
    UNDER_WAY = "under_way", gettext_lazy("Under way")
    OVER = "over", gettext_lazy("Over")
    ALL = "all", gettext_lazy("All")


STATES = {
    Show.UNDECIDED: UNDECIDED,
    Show.UNDER_WAY: (State.QUEUED, State.PENDING),
    Show.OVER: (State.DONE, *Refund.NOT_BACK),
    Show.ALL: State.values,
}


class RefundFilterSet(WagtailFilterSet):
    """Without a choice, the refunds that wait for a decision of the office."""

    show = one_of(
        gettext_lazy("State"),
        Show.choices,
        initial=Show.UNDECIDED,
        empty_label=None,
        method="filter_show",
    )
    reason = any_of(gettext_lazy("Reason"), Refund.Reason.choices)

    class Meta:
        model = Refund
        fields = ["show", "reason"]

    def __init__(self, data=None, *args, **kwargs):
        data = data.copy() if data is not None else {}
        data.setdefault("show", Show.UNDECIDED.value)
        super().__init__(data, *args, **kwargs)

    def filter_show(self, queryset, name, value):
        return queryset.filter(state__in=STATES[value])


class VerbsColumn(Column):
    """A button for each verb that is possible now."""

    cell_template_name = "courses/office/refund_verbs_cell.html"

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        user = parent_context["request"].user
        return context | {"refund": instance, "verbs": asking.possible(VERBS, instance, user)}


class RefundIndexView(ListView):
    page_title = gettext_lazy("Refunds")
    nothing_yet = gettext_lazy(
        "Nothing to decide: no money waits to go back. For earlier refunds choose “All” in the"
        " filter."
    )
    nothing_found = gettext_lazy(
        "No refund found. Search for less, or choose another state in the filter."
    )
    search_fields = (
        "payment__sign_up__first_name",
        "payment__sign_up__last_name",
        "payment__sign_up__roster__code",
    )

    columns = [
        TitleColumn(
            "name",
            label=gettext_lazy("Name"),
            accessor="payment.sign_up.sort_name",
            get_url=lambda row: reverse("sign_ups:inspect", args=[row.payment.sign_up_id]),
            sort_key="payment__sign_up__last_name",
            classname="office-name",
        ),
        Column(
            "code",
            label=gettext_lazy("Course date"),
            accessor="payment.sign_up.roster.code",
            classname="office-code office-aside",
        ),
        Column(
            "amount",
            label=gettext_lazy("Amount"),
            accessor=lambda row: format_euros(row.amount_cents),
            sort_key="amount_cents",
            classname="office-amount",
        ),
        Column("reason", label=gettext_lazy("Reason"), accessor="get_reason_display"),
        StateColumn("state", label=gettext_lazy("State"), sort_key="state"),
        MomentColumn(
            "created_at",
            label=gettext_lazy("Since"),
            sort_key="created_at",
            classname="office-aside",
        ),
        VerbsColumn("verbs", label=gettext_lazy("Decide")),
    ]

    def get_base_queryset(self):
        return Refund.objects.select_related("payment__sign_up__roster")


class RefundViewSet(ListViewSet):
    """The site writes refunds; the office decides about them."""

    model = Refund
    name = "refunds"
    icon = "rotate"
    menu_label = gettext_lazy("Refunds")
    ordering = "-created_at"
    filterset_class = RefundFilterSet
    index_view_class = RefundIndexView
    rights = ("view_refund", "change_refund")

    def get_urlpatterns(self):
        construct = self.construct_view
        return [
            *super().get_urlpatterns(),
            *[
                path(f"<int:pk>/{verb.slug}/", construct(RefundVerbView, verb=verb), name=verb.name)
                for verb in VERBS
            ],
        ]
