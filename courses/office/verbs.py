"""The decisions that the office takes about a sign-up, each with its consequences in words."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from core.models import SiteSettings
from courses.domain import buyers, cancellations, payments, sign_ups, transitions
from courses.models import SignUp
from courses.money import format_euros
from courses.office import certificates, money

State = SignUp.State


@dataclass(frozen=True)
class Verb:
    """Something the office does to a sign-up, with its consequences in words."""

    name: str
    slug: str
    states: tuple[str, ...]
    do: Callable
    label: str
    question: str
    done: str
    consequences: Callable
    icon: str
    is_serious: bool = False
    form: type[forms.Form] = money.NoForm  # what the office fills in: more arguments of `do`
    applies: Callable = lambda sign_up: True

    def is_possible(self, sign_up):
        return sign_up.state in self.states and self.applies(sign_up)


def _mail_goes_to(sign_up):
    return _("%(name)s gets a mail about it at %(email)s.") % {
        "name": sign_up.full_name,
        "email": sign_up.email,
    }


def _seat_is_freed():
    return _("The place is free again for somebody else, at once.")


def _no_way_back():
    return _("This cannot be undone: the person would have to sign up again.")


def _after_accepting(sign_up):
    if sign_up.price_cents is None:
        waits = _(
            "With a price the place is held for %(days)s more days while the site waits for the"
            " money; without one it is final at once."
        ) % {"days": SiteSettings.current().hold_days}
    elif sign_up.price_cents:
        days = SiteSettings.current().hold_days
        waits = _(
            "The place is held for %(days)s more days while the site waits for %(price)s."
        ) % {"days": days, "price": format_euros(sign_up.price_cents)}
    else:
        waits = _("There is nothing to pay, so the place is final at once.")
    return [waits, _mail_goes_to(sign_up)]


def _after_declining(sign_up):
    return [_seat_is_freed(), _mail_goes_to(sign_up), _no_way_back()]


def _after_payment(sign_up):
    return [
        _("You have seen that %(price)s has arrived.") % {"price": _price(sign_up)},
        _("The place is final and no longer lapses."),
        _mail_goes_to(sign_up),
    ]


def _after_cancelling(sign_up):
    money_back = money.after_cancelling(sign_up)
    return [_seat_is_freed(), _mail_goes_to(sign_up), *money_back, _no_way_back()]


def _after_allowing(sign_up):
    days = SiteSettings.current().invoice_days
    return [
        _("%(name)s gets a mail with a link to forward.") % {"name": sign_up.full_name},
        _(
            "Whoever opens it pays at once or chooses an invoice of %(days)s days. The place is"
            " held until then."
        )
        % {"days": days},
        _("Money papers go to who pays; the other mails stay with %(name)s.")
        % {"name": sign_up.full_name},
    ]


def _price(sign_up):
    if sign_up.price_cents is None:
        return _("the price that you agreed on")
    return format_euros(sign_up.price_cents)


VERBS = (
    Verb(
        name="accept",
        slug="accept",
        states=(State.REVIEW,),
        do=sign_ups.accept,
        label=gettext_lazy("Admit"),
        question=gettext_lazy("Admit this person?"),
        done=gettext_lazy("%(name)s has been admitted."),
        consequences=_after_accepting,
        icon="check",
        form=money.PriceForm,
    ),
    Verb(
        name="decline",
        slug="decline",
        states=(State.REVIEW,),
        do=sign_ups.decline,
        label=gettext_lazy("Do not admit"),
        question=gettext_lazy("Refuse this person?"),
        done=gettext_lazy("%(name)s has not been admitted."),
        consequences=_after_declining,
        icon="cross",
        is_serious=True,
    ),
    Verb(
        name="record_payment",
        slug="record-payment",
        states=(State.AWAITING_PAYMENT,),
        do=payments.record,
        label=gettext_lazy("Payment received"),
        question=gettext_lazy("Has the payment arrived?"),
        done=gettext_lazy("The place of %(name)s is final."),
        consequences=_after_payment,
        icon="check",
    ),
    Verb(
        name="allow_buyer",
        slug="allow-buyer",
        states=(State.AWAITING_PAYMENT,),
        do=buyers.allow,
        label=gettext_lazy("Let the employer pay"),
        question=gettext_lazy("Let somebody else pay for this person?"),
        done=gettext_lazy("%(name)s has got a link for the employer."),
        consequences=_after_allowing,
        icon="group",
        applies=lambda sign_up: not buyers.may_pay(sign_up),
    ),
    Verb(
        name="cancel",
        slug="cancel",
        states=SignUp.LIVE,
        do=cancellations.cancel,
        label=gettext_lazy("Cancel sign-up"),
        question=gettext_lazy("Cancel this sign-up?"),
        done=gettext_lazy("The sign-up of %(name)s has been cancelled."),
        consequences=_after_cancelling,
        icon="bin",
        is_serious=True,
        form=money.BackForm,
    ),
    Verb(
        name="revoke_certificate",
        slug="revoke-certificate",
        states=State.values,
        do=certificates.revoke,
        label=gettext_lazy("Revoke certificate"),
        question=gettext_lazy("Revoke this certificate?"),
        done=gettext_lazy("The certificate of %(name)s has been revoked."),
        consequences=certificates.after_revoking,
        icon="cross",
        is_serious=True,
        applies=certificates.has_one,
    ),
)


class VerbView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """Asks first, with the consequences; POST does it."""

    permission_policy = None
    permission_required = "change"
    index_url_name = None
    inspect_url_name = None
    header_icon = "group"
    verb = None
    template_name = "courses/office/confirm_verb.html"
    http_method_names = ["get", "post"]

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.object = get_object_or_404(
            SignUp.objects.select_related("roster"), pk=self.kwargs["pk"]
        )

    def get(self, request, *args, **kwargs):
        if not self.verb.is_possible(self.object):
            return self.refuse()
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if not self.verb.is_possible(self.object):
            return self.refuse()
        if not self.form.is_valid():
            return self.render_to_response(self.get_context_data())
        try:
            self.verb.do(self.object, by=request.user, **self.form.arguments())
        except transitions.WrongStateError:
            return self.refuse()
        except cancellations.StaleQuoteError:
            messages.error(request, _("Money came in at this moment. Decide what goes back."))
            return redirect(request.path)
        messages.success(request, self.verb.done % {"name": self.object.full_name})
        return redirect(self.back_url)

    @cached_property
    def form(self):
        data = self.request.POST if self.request.method == "POST" else None
        return self.verb.form(data, sign_up=self.object)

    def refuse(self):
        """Somebody else, or the clock, was first."""
        self.object.refresh_from_db()
        messages.error(
            self.request,
            _("Not possible any more: this sign-up is now “%(state)s”. Nothing was changed.")
            % {"state": self.object.get_state_display()},
        )
        return redirect(self.back_url)

    @property
    def back_url(self):
        return reverse(self.inspect_url_name, args=[self.object.pk])

    def get_page_title(self):
        return self.verb.label

    def get_page_subtitle(self):
        return self.object.full_name

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": _("Sign-ups")},
            {"url": self.back_url, "label": self.object.full_name},
            {"url": "", "label": self.verb.label},
        ]

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            sign_up=self.object,
            verb=self.verb,
            consequences=self.verb.consequences(self.object),
            form=self.form,
            back_url=self.back_url,
            **kwargs,
        )
