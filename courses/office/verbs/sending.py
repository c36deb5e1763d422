"""What the office sends once more."""

from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.domain import people, transitions
from courses.models import SignUp
from courses.office.verbs.base import MAILS, Verb, VerbView
from mail import outbox
from mail.models import OutgoingMail


def can_be_sent_again(mail):
    """What went out, or came back, and of which the text is still there."""
    gone = mail.state in (OutgoingMail.State.SENT, OutgoingMail.State.FAILED)
    return gone and mail.forgotten_at is None


def _after_link(sign_up):
    return [
        _("%(name)s gets a mail at %(email)s with the link to their own page.")
        % {"name": sign_up.full_name, "email": sign_up.email},
        _("It is the same link as before: earlier mails go on working."),
    ]


class SendAgainView(VerbView):
    """One mail of the trail, to the address to which it went."""

    header_icon = "mail"

    @cached_property
    def mail(self):
        return get_object_or_404(outbox.trail(self.object), pk=self.kwargs["mail_pk"])

    def get(self, request, *args, **kwargs):
        if not can_be_sent_again(self.mail):
            return self.refuse(self.too_late())
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if not can_be_sent_again(self.mail):
            return self.refuse(self.too_late())
        try:
            people.send_mail_again(self.object, self.mail, by=request.user)
        except transitions.WrongStateError:
            return self.refuse(self.too_late())
        return self.done(self.verb.done % {"name": self.mail.to})

    def too_late(self):
        return _("This mail is still on its way, or its text was removed. Nothing was sent.")

    def get_context_data(self, **kwargs):
        mail = self.mail
        consequences = [
            _("The mail “%(subject)s” goes to %(to)s once more, with the words it had then.")
            % {"subject": mail.subject, "to": mail.to},
            _("What it says of days, prices and terms may be another by now."),
        ]
        if mail.to.casefold() != self.object.email.casefold():
            consequences.append(
                _("The address of the person is now %(email)s. This mail does not go there.")
                % {"email": self.object.email}
            )
        return super().get_context_data(**kwargs) | {"consequences": consequences}


SEND_AGAIN = Verb(
    name="send_mail_again",
    states=tuple(SignUp.State.values),
    do=people.send_mail_again,
    label=gettext_lazy("Send again"),
    question=gettext_lazy("Send this mail once more?"),
    done=gettext_lazy("The mail to %(name)s will be sent again in a moment."),
    consequences=lambda sign_up: [],
    icon="mail",
    permissions=("courses.change_signup", "mail.change_outgoingmail"),
)
VERBS = (
    Verb(
        name="send_link",
        states=tuple(SignUp.State.values),
        do=people.send_link_again,
        label=gettext_lazy("Send the link to their own page"),
        question=gettext_lazy("Send the link to this person once more?"),
        done=gettext_lazy("%(name)s gets the link in a moment."),
        consequences=_after_link,
        icon="mail",
        applies=lambda sign_up: sign_up.forgotten_at is None,
        place=MAILS,
    ),
)
