"""Mails that staff write to a course group: the list, and writing one.

Previewing and sending are in `sending`.
"""

import uuid
from collections import Counter

from django.conf import settings
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from core.ids import is_id
from courses.domain import roster_messages
from courses.models import RosterMessage, SignUp
from courses.office.roster_messages.forms import WORDS, MessageForm, placeholders
from courses.office.rosters.group import GroupView
from mail.models import OutgoingMail

TROUBLE = (
    OutgoingMail.State.FAILED,
    OutgoingMail.Delivery.BOUNCED,
    OutgoingMail.Delivery.COMPLAINED,
)


class MessageView(GroupView):
    """A page about the mails to a course group, or about one of them."""

    def user_has_permission(self, permission):
        """Only staff who may read mails may read these."""
        may_read = self.request.user.has_perm("mail.view_outgoingmail")
        return may_read and super().user_has_permission(permission)

    @cached_property
    def message(self):
        return get_object_or_404(
            self.roster.messages.select_related("roster", "by", "sent_by"),
            pk=self.kwargs["message_pk"],
        )

    def url(self, name, *args):
        return reverse(f"rosters:{name}", args=[self.roster.pk, *args])

    def get_ancestors(self):
        return [*super().get_ancestors(), (_("Mails"), self.url("messages"))]


class MessagesView(MessageView):
    """The drafts and the mails that were sent."""

    permission_required = "view"
    page_title = gettext_lazy("Mails to this course group")
    template_name = "courses/office/messages.html"
    http_method_names = ["get"]

    def get_ancestors(self):
        return GroupView.get_ancestors(self)

    def get_context_data(self, **kwargs):
        found = list(self.roster.messages.select_related("by", "sent_by"))
        written = roster_messages.sent_mails([row for row in found if row.sent_at])
        for row in found:
            outcomes = Counter(latest_copy(mail).outcome for mail in written.get(row.pk, ()))
            row.trouble = sum(outcomes[outcome] for outcome in TROUBLE)
        return super().get_context_data(
            drafts=[row for row in found if not row.sent_at],
            sent=sorted(
                (row for row in found if row.sent_at), key=lambda row: row.sent_at, reverse=True
            ),
            may_write=self.request.user.has_perm("courses.change_signup"),
            write_url=self.url("message"),
            **kwargs,
        )


def latest_copy(mail):
    """The last copy of a mail that staff sent again, or the mail itself."""
    return max(mail.copies.all(), key=lambda copy: copy.pk, default=mail)


class WriteView(MessageView):
    """GET starts a mail, to the states in `?state=` or people in `?person=`. POST saves a draft.

    All drafts are saved at this address, by the key in the form. So a double click makes one draft,
    and what was typed is kept even if the draft was sent or discarded meanwhile.
    """

    page_title = gettext_lazy("Write a mail")
    template_name = "courses/office/message.html"
    http_method_names = ["get", "post"]

    @cached_property
    def draft(self):
        states = [state for state in self.request.GET.getlist("state") if state in SignUp.LIVE]
        return RosterMessage(roster=self.roster, states=states or [SignUp.State.CONFIRMED])

    @cached_property
    def chosen(self):
        """The people chosen by hand; None if recipients are chosen by state."""
        if self.request.method == "POST":
            ids = self.request.POST.getlist("people") if "by_hand" in self.request.POST else None
        else:
            ids = self.get_initial_people()
        if ids is None:
            return None
        ids = [int(pk) for pk in ids if is_id(str(pk))]
        people = self.roster.sign_ups.filter(pk__in=ids)
        return list(people.order_by("name_key", "pk"))

    def get_initial_people(self):
        return self.request.GET.getlist("person") if "person" in self.request.GET else None

    @cached_property
    def form(self):
        if self.request.method == "POST":
            return self._make_form(self.request.POST)
        draft = self.draft
        initial = {
            "draft_key": draft.draft_key or uuid.uuid4(),
            "seen": roster_messages.version_of(draft),
            "by_hand": self.chosen is not None,
            "states": draft.states,
            "people": [row.pk for row in self.chosen or ()],
        }
        return self._make_form(instance=draft, initial=initial)

    def _make_form(self, *args, **kwargs):
        return MessageForm(
            *args, roster=self.roster, chosen=self.chosen, for_user=self.request.user, **kwargs
        )

    def post(self, request, *args, **kwargs):
        if not self.form.is_valid():
            messages.error(request, _("The draft could not be saved; see below what is wrong."))
            return self.render_to_response(self.get_context_data())
        message, kept_apart = roster_messages.save_draft(
            self.roster,
            draft_key=self.form.cleaned_data["draft_key"],
            seen=self.form.cleaned_data["seen"],
            by=request.user,
            **self.form.draft_values(),
        )
        if kept_apart:
            messages.warning(
                request,
                _(
                    "This mail was sent or changed meanwhile. That stays as it is; what you typed"
                    " has become a draft of its own."
                ),
            )
        if message.sent_at:
            return redirect("rosters:message_sent", self.roster.pk, message.pk)
        return self._continue_with(message)

    def _continue_with(self, message):
        if "preview" not in self.request.POST:
            messages.success(self.request, _("The draft has been saved; nobody was mailed."))
            return redirect("rosters:messages", self.roster.pk)
        if not self.form.show_problems(message):
            return redirect("rosters:message_preview", self.roster.pk, message.pk)
        messages.error(
            self.request,
            _("The draft has been saved, but cannot be sent like this; see below what is wrong."),
        )
        self.draft = message
        data = self.form.data.copy()
        data["draft_key"], data["seen"] = message.draft_key, roster_messages.version_of(message)
        self.form.data = data
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs):
        draft = self.draft
        live = self.roster.sign_ups.filter(state__in=SignUp.LIVE)
        others = live.exclude(language=settings.LANGUAGE_CODE).aggregate(Count("pk"))["pk__count"]
        return super().get_context_data(
            form=self.form,
            media=self.form.media,
            action_url=self.url("message"),
            discard_url=self.url("message_discard", draft.pk) if draft.pk else "",
            placeholders=placeholders(),
            english=others,
            is_english_open=any(self.form[name].value() or self.form[name].errors for name in EN),
            **kwargs,
        )


EN = [name for name in WORDS if name.endswith("_en")]


class EditView(WriteView):
    """Continues a draft."""

    page_title = gettext_lazy("Draft")
    http_method_names = ["get"]

    def get(self, request, *args, **kwargs):
        if self.message.sent_at:
            return redirect("rosters:message_sent", self.roster.pk, self.message.pk)
        return super().get(request, *args, **kwargs)

    @property
    def draft(self):
        return self.message

    def get_initial_people(self):
        return self.message.people


class DiscardView(MessageView):
    """Asks first; POST discards the draft."""

    page_title = gettext_lazy("Throw the draft away")
    template_name = "courses/office/message_discard.html"

    def post(self, request, *args, **kwargs):
        try:
            roster_messages.discard(self.message)
        except roster_messages.AlreadySentError:
            messages.error(request, _("This mail was sent meanwhile, so it stays here."))
            return redirect("rosters:message_sent", self.roster.pk, self.message.pk)
        messages.success(request, _("The draft is gone; nobody was mailed."))
        return redirect("rosters:messages", self.roster.pk)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            message=self.message, edit_url=self.url("message_edit", self.message.pk), **kwargs
        )
