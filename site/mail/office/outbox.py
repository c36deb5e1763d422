"""Staff see which mails the site sent, to whom and with what result, and can send one again."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from django_filters import ChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import (
    IndexView,
    InspectView,
    PermissionCheckedMixin,
    WagtailAdminTemplateMixin,
)
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.log_actions import log
from wagtail.permission_policies import ModelPermissionPolicy

from core.folding import FoldedSearchMixin
from mail import addresses, kinds, outbox
from mail.models import OutgoingMail
from mail.office import to_do

State = OutgoingMail.State
Delivery = OutgoingMail.Delivery


class ReadOnlyPolicy(ModelPermissionPolicy):
    """Nobody adds or edits a mail by hand; the permission `change` only allows to resend one."""

    def user_has_permission(self, user, action):
        return action == "view" and super().user_has_permission(user, "view")

    def user_has_any_permission(self, user, actions):
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user, action, instance):
        return self.user_has_permission(user, action)


def may_send_again(user):
    return user.has_perms(["mail.view_outgoingmail", "mail.change_outgoingmail"])


class OutboxFilterSet(WagtailFilterSet):
    state = ChoiceFilter(label=gettext_lazy("State"), choices=State.choices)
    delivery = ChoiceFilter(label=gettext_lazy("Delivery"), choices=Delivery.choices)
    kind = ChoiceFilter(
        label=gettext_lazy("Kind"),
        choices=lambda: [(kind.key, kind.label) for kind in kinds.all()],
    )
    seen_to = ChoiceFilter(
        label=gettext_lazy("Sent again"),
        choices=[("no", gettext_lazy("not yet"))],
        method="filter_seen_to",
    )

    class Meta:
        model = OutgoingMail
        fields = ["state", "delivery", "kind", "created_at"]

    def filter_seen_to(self, queryset, name, value):
        return to_do.waiting(queryset)


class Listing(FoldedSearchMixin, IndexView):
    pass


class Detail(InspectView):
    template_name = "mail/office/mail.html"
    page_title = gettext_lazy("Mail")

    def get_page_subtitle(self):
        return self.object.subject

    def get_fields(self):
        return []

    def get_edit_url(self):
        return None

    def get_delete_url(self):
        return None

    header_more_buttons = []

    @property
    def _may_send_again(self):
        is_readable = not (self.object.forgotten_at or self.object.is_private)
        return may_send_again(self.request.user) and is_readable

    @property
    def _again_url(self):
        return reverse("outbox:send_again", args=[self.object.pk])

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            mail=self.object,
            events=self.object.events.all(),
            attachments=self.object.attachments.only("filename", "mimetype"),
            again_url=self._again_url if self._may_send_again else "",
            **kwargs,
        )


class AgainForm(forms.Form):
    to = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("Correct it here if it was wrong."),
    )
    there_too = forms.BooleanField(required=False, initial=True)

    def __init__(self, *args, about=None, **kwargs):
        super().__init__(*args, **kwargs)
        if about is None:
            del self.fields["there_too"]
        else:
            self.fields["there_too"].label = _("Also correct it at “%(about)s”") % {"about": about}


class SendAgain(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    permission_policy = ModelPermissionPolicy(OutgoingMail)
    permission_required = "change"
    template_name = "mail/office/send_again.html"
    form_class = AgainForm
    header_icon = "mail"
    page_title = gettext_lazy("Send again")

    def user_has_permission(self, permission):
        return may_send_again(self.request.user)

    @cached_property
    def mail(self):
        readable = OutgoingMail.objects.exclude(kind=OutgoingMail.TO_STAFF)
        return get_object_or_404(readable, pk=self.kwargs["pk"], forgotten_at=None)

    def get_page_subtitle(self):
        return self.mail.subject

    def get_breadcrumbs_items(self):
        detail = reverse("outbox:inspect", args=[self.mail.pk])
        return [
            *self.breadcrumbs_items,
            {"url": reverse("outbox:index"), "label": _("Outbox")},
            {"url": detail, "label": self.mail.subject},
            {"url": "", "label": _("Send again")},
        ]

    @cached_property
    def corrector(self):
        return addresses.corrector_for(self.mail, self.request.user)

    def get_initial(self):
        return {"to": self.mail.to}

    def get_form_kwargs(self):
        about = self.mail.about if self.corrector else None
        return {**super().get_form_kwargs(), "about": about}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            mail=self.mail, back_url=reverse("outbox:inspect", args=[self.mail.pk]), **kwargs
        )

    def form_valid(self, form):
        try:
            copy = self._send(**form.cleaned_data)
        except ValidationError as error:
            form.add_error("to", error)
            return self.form_invalid(form)
        log(instance=self.mail, action="mail.send_again", user=self.request.user)
        messages.success(self.request, _("The mail will be sent again in a moment."))
        return redirect("outbox:inspect", copy.pk)

    @transaction.atomic
    def _send(self, to, there_too=False):
        if there_too and to != self.mail.to:
            self.corrector.correct(self.mail.about, to, self.request.user)
        return outbox.send_again(self.mail, to=to)


class StateColumn(Column):
    cell_template_name = "mail/office/state_cell.html"

    def get_cell_context_data(self, instance, parent_context):
        return super().get_cell_context_data(instance, parent_context) | {"instance": instance}


class OutboxViewSet(ModelViewSet):
    model = OutgoingMail
    name = "outbox"
    url_prefix = "outbox"
    icon = "mail"
    menu_label = gettext_lazy("Outbox")
    permission_policy = ReadOnlyPolicy(OutgoingMail)
    add_to_reference_index = False
    form_fields = ["subject"]
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_class = Detail
    index_view_class = Listing
    filterset_class = OutboxFilterSet
    search_fields = ["to", "to_name", "subject"]
    list_per_page = 50
    list_display = [
        TitleColumn(
            "subject",
            label=gettext_lazy("Subject"),
            sort_key="subject",
            get_url=lambda mail: reverse("outbox:inspect", args=[mail.pk]),
        ),
        Column("to", label=gettext_lazy("To"), sort_key="to"),
        Column("kind_label", label=gettext_lazy("Kind"), sort_key="kind"),
        StateColumn("state", label=gettext_lazy("State"), sort_key="state"),
        DateColumn("created_at", label=gettext_lazy("Written"), sort_key="created_at"),
        DateColumn("sent_at", label=gettext_lazy("Sent"), sort_key="sent_at"),
    ]

    def get_urlpatterns(self):
        allowed = ("index", "index_results", "inspect")
        patterns = [p for p in super().get_urlpatterns() if p.name in allowed]
        return [*patterns, path("send-again/<int:pk>/", SendAgain.as_view(), name="send_again")]
