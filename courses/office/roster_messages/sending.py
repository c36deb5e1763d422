"""A written mail to a course group: the preview for each person, sending it, and its outcome."""

import re
from collections import Counter

from django.conf import settings
from django.shortcuts import redirect
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.log_actions import LogFormatter, log

from core.models import SiteSettings
from courses.domain import roster_messages
from courses.mails import samples
from courses.mails.kinds import STAFF_CAN_SAY, WRITTEN_BY_STAFF
from courses.mails.values import event_values
from courses.models import SignUp
from courses.office.roster_messages.forms import STATES, problems
from courses.office.roster_messages.writing import MessageView, latest_copy
from courses.office.rosters import meter
from mail import kinds
from mail.models import OutgoingMail
from mail.outbox import send_test_of
from mail.rendering import render

LOG_ACTION = "courses.mail_group"
MARK = re.compile(r"[0-9]{1,18}-[0-9a-f]{16}")


class MailGroupLogFormatter(LogFormatter):
    label = gettext_lazy("Mail a course group")

    def format_message(self, log_entry):
        return _("Mailed the course group: %(people)s people") % log_entry.data


class DraftView(MessageView):
    """A step towards sending, for a message that is complete and not sent yet."""

    def dispatch(self, request, *args, **kwargs):
        if not self.user_has_permission("change"):
            return super().dispatch(request, *args, **kwargs)  # raises PermissionDenied
        if self.message.sent_at:
            messages.info(request, _("This mail has been sent. Nobody is mailed twice."))
            return redirect("rosters:message_sent", self.roster.pk, self.message.pk)
        wrong = problems(self.message)
        if wrong:
            for error in wrong.values():
                messages.error(request, " ".join(getattr(error, "messages", [error])))
            return redirect("rosters:message_edit", self.roster.pk, self.message.pk)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def recipients(self):
        return roster_messages.recipients(self.message)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            message=self.message,
            recipients=self.recipients,
            number=len(self.recipients),
            left_out=roster_messages.left_out(self.message),
            edit_url=self.url("message_edit", self.message.pk),
            preview_url=self.url("message_preview", self.message.pk),
            send_url=self.url("message_send", self.message.pk),
            **kwargs,
        )


class PreviewView(DraftView):
    """The mail as one person will read it, with links to the next and the previous person."""

    page_title = gettext_lazy("Look at the mail")
    template_name = "courses/office/message_preview.html"
    http_method_names = ["get"]

    @cached_property
    def index(self):
        """The index of `?person=` among the recipients; 0 if it is not one of them."""
        wanted = self.request.GET.get("person", "")
        places = (i for i, row in enumerate(self.recipients) if str(row.sign_up.pk) == wanted)
        return next(places, 0)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(
            test_url=self.url("message_test", self.message.pk),
            test_address=self.request.user.email,
            **kwargs,
        )
        if not self.recipients:
            return context
        shown = self.recipients[self.index]
        [mail] = roster_messages.compose(self.message, [shown])
        return context | {
            "shown": shown,
            "position": self.index + 1,
            "previous": self.recipients[self.index - 1] if self.index else None,
            "next": next(iter(self.recipients[self.index + 1 :]), None),
            "mail": _without_secret_link(mail),
            "language": _name_of(shown.language),
            "reads_other": shown.sign_up.language != shown.language,
        }


def _without_secret_link(mail):
    """The mail of a person, with a sample instead of the secret link to the person's page."""
    sample = samples.example_values(mail.language)["status_url"]
    return render(
        subject=mail.subject,
        body=mail.body,
        values={**mail.values, "status_url": sample},
        language=mail.language,
    )


def _name_of(language):
    return dict(settings.LANGUAGES).get(language, language)


class TestView(DraftView):
    """POST mails it to the user in each language, about this date and a made-up person."""

    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        address = request.user.email
        if not address:
            messages.error(
                request,
                _("No test mail was sent: your account has no e-mail address. Add it there first."),
            )
        else:
            for language, (subject, body) in self._texts().items():
                values = self._values(language)
                kind = kinds.get(WRITTEN_BY_STAFF)
                send_test_of(kind, language, subject, body, to=address, values=values)
            messages.success(
                request, _("A test mail is on its way to %(address)s.") % {"address": address}
            )
        return redirect("rosters:message_preview", self.roster.pk, self.message.pk)

    def _texts(self):
        message = self.message
        texts = {settings.LANGUAGE_CODE: (message.subject, message.body)}
        if message.subject_en:
            texts["en"] = (message.subject_en, message.body_en)
        return texts

    def _values(self, language):
        event = roster_messages.event_for(self.roster, language)
        with translation.override(language):
            facts = event_values(event) if event else {"code": self.roster.code}
        values = samples.example_values(language) | facts
        return {name: values[name] for name in STAFF_CAN_SAY}


class SendView(DraftView):
    """Shows how many people get it and who; POST sends it."""

    page_title = gettext_lazy("Send the mail")
    template_name = "courses/office/message_send.html"

    def get(self, request, *args, **kwargs):
        if not self.recipients:
            messages.error(
                request, _("This mail reaches nobody at the moment. Choose other people.")
            )
            return redirect("rosters:message_edit", self.roster.pk, self.message.pk)
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        seen = {mark for mark in request.POST.getlist("seen") if MARK.fullmatch(mark)}
        try:
            sent = roster_messages.send(self.message, by=request.user, expected=seen)
        except roster_messages.AlreadySentError:
            messages.info(request, _("This mail has been sent. Nobody is mailed twice."))
            return redirect("rosters:message_sent", self.roster.pk, self.message.pk)
        except roster_messages.StaleAudienceError:
            messages.error(
                request,
                _(
                    "Nobody was mailed now: the text or the people changed in the meantime. Look"
                    " once more, and send it then."
                ),
            )
            return redirect("rosters:message_send", self.roster.pk, self.message.pk)
        self._report(sent)
        return redirect("rosters:message_sent", self.roster.pk, self.message.pk)

    def _report(self, sent):
        data = {"people": sent.number}  # without the subject, which may contain a name
        log(instance=self.roster, action=LOG_ACTION, data=data)
        text = ngettext(
            "%(number)s person gets this mail.", "%(number)s people get this mail.", sent.number
        )
        messages.success(self.request, text % {"number": sent.number})
        if sent.left_out:
            messages.warning(
                self.request,
                _("Not mailed, because they no longer belong to it: %(names)s.")
                % {"names": ", ".join(sent.left_out)},
            )

    def get_context_data(self, **kwargs):
        found = self.recipients
        counted = Counter(row.sign_up.state for row in found)
        others = [row for row in found if row.sign_up.language != row.language]
        return super().get_context_data(
            numbers=meter.by_state(counted, STATES),
            in_english=sum(row.language == "en" for row in found),
            without_english=len(others),
            reply_to=SiteSettings.current().email,
            **kwargs,
        )


class SentView(MessageView):
    """The outcome of the mails, counted and for each person."""

    permission_required = "view"
    page_title = gettext_lazy("Sent mail")
    template_name = "courses/office/message_sent.html"
    http_method_names = ["get"]

    def get(self, request, *args, **kwargs):
        if not self.message.sent_at:
            return redirect("rosters:messages", self.roster.pk)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        written = roster_messages.sent_mails([self.message])[self.message.pk]
        about = {mail.pk: latest_copy(mail) for mail in written}
        people = SignUp.objects.in_bulk([mail.object_id for mail in written])
        counted = Counter(mail.outcome for mail in about.values())
        return super().get_context_data(
            message=self.message,
            rows=[(people.get(mail.object_id), about[mail.pk]) for mail in written],
            outcomes=_outcomes(counted),
            **kwargs,
        )


def _outcomes(counted):
    """[(outcome, words, number)] of the outcomes that occur, failures last."""
    labels = dict(OutgoingMail.State.choices) | dict(OutgoingMail.Delivery.choices)
    order = [*OutgoingMail.State.values[:3], *OutgoingMail.Delivery.values, "failed"]
    return [(name, labels[name], counted[name]) for name in order if counted[name]]
