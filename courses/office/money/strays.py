"""Payments that the provider has and this site does not know."""

from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column
from wagtail.permission_policies import ModelPermissionPolicy

from courses.domain import strays
from courses.models import Refund, StrayPayment
from courses.office import asking
from courses.office.asking import Verb, VerbView
from courses.office.lists.columns import MomentColumn
from courses.office.lists.viewsets import ListView, ListViewSet
from courses.office.money import payment_methods
from courses.values.money import format_euros

SOLVE = Verb(
    name="solve",
    permissions=("courses.change_refund",),
    do=strays.solve,
    states=strays.WITH_MONEY,
    label=gettext_lazy("Solved"),
    question=gettext_lazy("Is this payment dealt with?"),
    consequences=lambda stray: [
        _(
            "Look in the dashboard of the payment service who paid, by the reference. The"
            " description names the course date."
        ),
        _(
            "Does the person belong on the course? Then add or find the sign-up and press “Payment"
            " received”. If not, pay the money back in the dashboard."
        ),
        _("This only notes that you have done so: the payment leaves the list. No mail is sent."),
    ],
    done=gettext_lazy("The payment of %(amount)s is noted as solved."),
)


class SolveView(VerbView):
    template_name = "courses/office/confirm_refund.html"
    too_late = (strays.SolvedError,)

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.about = get_object_or_404(StrayPayment, pk=self.kwargs["pk"])

    def refusal(self):
        return _("A colleague has solved this already.")

    def values(self):
        return {"amount": format_euros(self.about.amount_cents)}

    @property
    def back_url(self):
        return reverse("strays:index")

    def get_ancestors(self):
        return [(_("Unknown payments"), self.back_url)]

    def get_context_data(self, **kwargs):
        stray = self.about
        facts = (format_euros(stray.amount_cents), stray.reference, stray.description)
        return super().get_context_data(facts=" · ".join(filter(None, facts)), **kwargs)


class SolveColumn(Column):
    cell_template_name = "courses/office/stray_verb_cell.html"

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        can_solve = asking.possible((SOLVE,), instance, parent_context["request"].user)
        return context | {"stray": instance, "verbs": can_solve}


class StrayIndexView(ListView):
    page_title = gettext_lazy("Unknown payments")
    nothing_yet = gettext_lazy("Every payment at the payment service belongs to a sign-up.")
    nothing_found = gettext_lazy("No payment found. Search for less.")
    search_fields = ("reference", "description")
    columns = [
        Column(
            "amount",
            label=gettext_lazy("Amount"),
            accessor=lambda row: format_euros(row.amount_cents),
            sort_key="amount_cents",
            classname="office-amount",
        ),
        Column("reference", label=gettext_lazy("Reference")),
        Column("description", label=gettext_lazy("Description")),
        Column("way", label=gettext_lazy("Way"), accessor=payment_methods.in_words),
        Column("state", label=gettext_lazy("State"), accessor="get_state_display"),
        MomentColumn("made_at", label=gettext_lazy("Begun"), sort_key="made_at"),
        SolveColumn("verbs", label=gettext_lazy("Decide")),
    ]


class StrayViewSet(ListViewSet):
    """The site writes them down; the office solves them, with the rights on refunds."""

    model = StrayPayment
    name = "strays"
    icon = "warning"
    menu_label = gettext_lazy("Unknown payments")
    ordering = "-made_at"
    index_view_class = StrayIndexView

    @cached_property
    def permission_policy(self):
        return ModelPermissionPolicy(Refund)

    def get_urlpatterns(self):
        solve = self.construct_view(SolveView, verb=SOLVE)
        return [*super().get_urlpatterns(), path("<int:pk>/solve/", solve, name="solve")]
