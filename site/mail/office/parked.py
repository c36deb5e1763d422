"""Mails held back after a backup was put back: staff send them after all, or say that they went."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin.views.generic import PermissionCheckedMixin, WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton
from wagtail.log_actions import log
from wagtail.permission_policies import ModelPermissionPolicy

from mail.models import OutgoingMail

State = OutgoingMail.State
RELEASE, SETTLE = "release", "settle"
LABELS = {
    RELEASE: gettext_lazy("Release: send now"),
    SETTLE: gettext_lazy("It was sent before"),
}
LABELS_FOR_ALL = {
    RELEASE: gettext_lazy("Release all that are held back"),
    SETTLE: gettext_lazy("All that are held back were sent before"),
}


def parked():
    return OutgoingMail.objects.filter(state=State.PARKED, forgotten_at=None)


def buttons_for(mail):
    """[(address, label)] of what can be done with a mail that is held back."""
    if mail.state != State.PARKED or mail.forgotten_at:
        return []
    return [(_url(verb, mail.pk), label) for verb, label in LABELS.items()]


def buttons_for_all():
    if not parked().exists():
        return []
    return [
        HeaderButton(label, url=_url(verb), icon_name="mail")
        for verb, label in LABELS_FOR_ALL.items()
    ]


class Decide(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """Ask, then release or settle one mail, or all that are held back."""

    permission_policy = ModelPermissionPolicy(OutgoingMail)
    permission_required = "change"
    template_name = "mail/office/confirm.html"
    header_icon = "mail"
    page_title = gettext_lazy("Mails held back")

    def user_has_permission(self, permission):
        return self.request.user.has_perms(["mail.view_outgoingmail", "mail.change_outgoingmail"])

    @cached_property
    def mails(self):
        if self.kwargs["verb"] not in LABELS:
            raise Http404
        pk = self.kwargs.get("pk")
        if pk is None:
            return parked()
        found = parked().filter(pk=pk)
        if not found.exists():
            raise Http404
        return found

    def get_context_data(self, **kwargs):
        number = self.mails.count()
        is_release = self.kwargs["verb"] == RELEASE
        return super().get_context_data(
            question=_question_of_release(number) if is_release else _question_of_settling(number),
            action_url=self.request.path,
            back_url=reverse("outbox:index") + f"?state={State.PARKED}",
            yes=_("Yes, send") if is_release else _("Yes, they were sent before"),
            **kwargs,
        )

    @transaction.atomic
    def post(self, request, *args, **kwargs):
        chosen = list(self.mails.select_for_update())
        mails = OutgoingMail.objects.filter(pk__in=[mail.pk for mail in chosen])
        if kwargs["verb"] == RELEASE:
            mails.update(state=State.QUEUED, next_attempt_at=timezone.now())
            messages.success(request, _("They will be sent in a moment."))
        else:
            mails.update(state=State.SENT)
            messages.success(request, _("Noted: these mails were sent before."))
        for mail in chosen:
            log(instance=mail, action=f"mail.{kwargs['verb']}", user=request.user)
        return redirect("outbox:index")


def _question_of_release(number):
    return ngettext(
        "%(number)d mail is sent now. Look first whether it was sent before the backup was put"
        " back: then somebody gets it twice.",
        "%(number)d mails are sent now. Look first whether they were sent before the backup was put"
        " back: then people get them twice.",
        number,
    ) % {"number": number}


def _question_of_settling(number):
    return ngettext(
        "%(number)d mail is not sent, because it was sent before the backup was put back.",
        "%(number)d mails are not sent, because they were sent before the backup was put back.",
        number,
    ) % {"number": number}


def _url(verb, *args):
    return reverse("outbox:held_back" if args else "outbox:held_back_all", args=[verb, *args])
