"""Sending a mail or the link again."""

from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.domain import lost_links, people
from courses.office.asking import Verb
from courses.office.verbs.base import SignUpVerbView
from mail import outbox
from mail.models import OutgoingMail


def can_be_sent_again(mail):
    """Whether the mail was sent or has failed, and its text is still kept."""
    gone = mail.state in (OutgoingMail.State.SENT, OutgoingMail.State.FAILED)
    return gone and mail.forgotten_at is None


def _after_link(sign_up):
    return [
        _("%(name)s gets a mail at %(email)s with the link to their own page.")
        % {"name": sign_up.full_name, "email": sign_up.email},
        _("It is the same link as before: earlier mails go on working."),
    ]


class SendAgainView(SignUpVerbView):
    """About one mail of the sign-up, which goes to the address of the first time."""

    @cached_property
    def mail(self):
        return get_object_or_404(outbox.mails_about(self.sign_up), pk=self.kwargs["mail_pk"])

    def is_possible(self):
        return can_be_sent_again(self.mail)

    def refusal(self):
        return _("This mail is still on its way, or its text was removed. Nothing was sent.")

    def arguments(self):
        return {"mail": self.mail}

    def values(self):
        return {"name": self.mail.to}

    def consequences(self):
        mail = self.mail
        consequences = [
            _("The mail “%(subject)s” goes to %(to)s once more, with the words it had then.")
            % {"subject": mail.subject, "to": mail.to},
            _("What it says of days, prices and terms may be another by now."),
        ]
        if mail.to.casefold() != self.sign_up.email.casefold():
            consequences.append(
                _("The address of the person is now %(email)s. This mail does not go there.")
                % {"email": self.sign_up.email}
            )
        return consequences


SEND_AGAIN = Verb(
    name="send_mail_again",
    do=people.send_mail_again,
    label=gettext_lazy("Send again"),
    question=gettext_lazy("Send this mail once more?"),
    done=gettext_lazy("The mail to %(name)s will be sent again in a moment."),
    permissions=("courses.change_signup", "mail.change_outgoingmail"),
)
VERBS = (
    Verb(
        name="send_link",
        do=lost_links.send_link_again,
        label=gettext_lazy("Send the link to their own page"),
        question=gettext_lazy("Send the link to this person once more?"),
        done=gettext_lazy("%(name)s gets the link in a moment."),
        consequences=_after_link,
    ),
)
