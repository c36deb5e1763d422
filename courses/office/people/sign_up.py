"""The page of a sign-up: all that is known of it, and the verbs that are possible now."""

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.views.generic import InspectView

from courses.domain import choices, people, settling
from courses.models import Refund, SignUp
from courses.office import verbs
from courses.office.lists.columns import tone
from courses.office.lists.events import roster_days_in_words
from courses.office.pages import BreadcrumbsMixin
from courses.office.people import history, letters, money
from courses.office.verbs.sending import SEND_AGAIN, can_be_sent_again
from courses.reading import balance, events
from mail import outbox

State = SignUp.State


def _moment(value):
    return date_format(localtime(value), "j F Y H:i")


def advice(sign_up):
    """What the office should do now, in one or two sentences."""
    if choices.has_to_choose(sign_up):
        return _(
            "This date has been cancelled, and this person has not chosen yet: another date, or the"
            " money back. You can do either for them below."
        )
    held = _moment(sign_up.hold_until) if sign_up.hold_until else ""
    if sign_up.hold_until and sign_up.hold_until <= timezone.now():
        return _(
            "The place was held until %(held)s and is about to lapse. You can still decide now, as"
            " long as nobody else has taken it."
        ) % {"held": held}
    return _advice_in_state(sign_up, held)


def _advice_in_state(sign_up, held):
    if settling.can_close(sign_up) and not balance.of(sign_up).closes:
        return _(
            "The money does not agree with the invoices. What you can do is beside “Balance” below."
        )
    match sign_up.state:
        case State.REVIEW if sign_up.kind == SignUp.Kind.ALUMNI:
            return _(
                "Check the certificate of an earlier course below and decide."
                " The place is held until %(held)s."
            ) % {"held": held}
        case State.REVIEW:
            return _(
                "Read the motivation below and decide whether this person can take part."
                " The place is held until %(held)s."
            ) % {"held": held}
        case State.AWAITING_PAYMENT:
            return _(
                "Nothing to do until the money arrives. The place is held until %(held)s; after"
                " that it lapses by itself and the person gets a mail."
            ) % {"held": held}
        case State.CONFIRMED:
            return _("Nothing to do: this person takes part.")
        case State.CANCELLED if _has_money_to_get(sign_up):
            return _("Money still goes back. It waits under “Refunds” for whoever is in “Geld”.")
        case State.CANCELLED:
            return _("Nothing to do: the place was freed on %(at)s.") % {
                "at": _moment(sign_up.ended_at)
            }
        case State.EXPIRED:
            return _(
                "The place lapsed on %(at)s because nobody had decided or no payment had arrived."
            ) % {"at": _moment(sign_up.ended_at)}


def _has_money_to_get(sign_up):
    return Refund.objects.filter(payment__sign_up=sign_up, state=Refund.State.DUE).exists()


class SignUpView(BreadcrumbsMixin, InspectView):
    any_permission_required = ["view"]
    template_name = "courses/office/sign_up.html"
    page_title = gettext_lazy("Sign-up")
    header_more_buttons = ()

    def get_object(self, queryset=None):
        found = SignUp.objects.select_related("roster", "buyer", "certificate")
        return get_object_or_404(balance.with_sums(found), pk=self.pk)

    def get_fields(self):
        return []

    def get_page_subtitle(self):
        return self.object.full_name

    def get_ancestors(self):
        return [(_("Sign-ups"), reverse("sign_ups:index"))]

    def get_breadcrumb(self):
        return {"url": "", "label": self.object.full_name}

    def get_context_data(self, **kwargs):
        sign_up = self.object
        event = events.of_roster(sign_up.roster)
        may_decide = self.user_has_permission("change")
        may_send = self.request.user.has_perms(SEND_AGAIN.permissions)
        mails = outbox.mails_about(sign_up)
        can_do = verbs.possible(sign_up, self.request.user)
        return super().get_context_data(
            sign_up=sign_up,
            tone=tone(sign_up.state),
            letters="" if sign_up.forgotten_at else letters.on_documents([sign_up]),
            language=dict(settings.LANGUAGES).get(sign_up.language, sign_up.language),
            advice=advice(sign_up) if may_decide or can_do else "",
            verbs=can_do.get("top", []),
            can_do=can_do,
            event=event,
            days=roster_days_in_words(sign_up.roster, event, sign_up.kind),
            parts=event.parts_for(sign_up.kind) if event else (),
            page_edit_url=_page_edit_url(event, self.request.user),
            buyer=getattr(sign_up, "buyer", None),
            may_note=may_decide and self.object.forgotten_at is None,
            may_read_answers=self.request.user.has_perm("courses.view_answer"),
            answers=sign_up.answers.select_related("upload"),
            consents=sign_up.consents.all(),
            holder_since=people.holder_since(sign_up),
            swap_wishes=sign_up.swap_wishes.all(),
            changes=history.lines_of(sign_up),
            mails=[(mail, may_send and can_be_sent_again(mail)) for mail in mails],
            resent={mail.copy_of_id for mail in mails},
            money=money.summary(sign_up, self.request.user, event),
            attendance=sign_up.attendance.all(),
            certificate=getattr(sign_up, "certificate", None),
            may_see_roster=self.request.user.has_perm("courses.view_roster"),
            **kwargs,
        )


def _page_edit_url(event, user):
    if event is None or not event.facts.permissions_for_user(user).can_edit():
        return ""
    return reverse("wagtailadmin_pages:edit", args=[event.facts.pk])
