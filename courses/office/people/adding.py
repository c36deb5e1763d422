"""The office signs up somebody who did so by telephone or on paper."""

import uuid

from django import forms
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from core.form_fields import TextField
from core.models import SiteSettings
from courses.domain import additions, seats, sign_ups
from courses.forms.contact_fields import INVOICE
from courses.models import SignUp
from courses.office.people.money import MOST_CENTS
from courses.office.rosters.group import GroupView
from courses.office.verbs.moving import places_in_words
from courses.office.verbs.person import ABOUT, PersonForm
from courses.values.money import EurosFormField, format_euros
from courses.values.names import full_name

WAITS, PAID = "waits", "paid"


class AddForm(PersonForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("Comes to"), choices=SignUp.Kind.choices, widget=forms.RadioSelect
    )
    remarks = TextField(
        label=gettext_lazy("Remarks"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    price_cents = EurosFormField(
        label=gettext_lazy("Price in euros"),
        help_text=gettext_lazy("What you agreed on, or 0 when this person need not pay."),
        max_value=MOST_CENTS,
    )
    paid = forms.ChoiceField(
        label=gettext_lazy("And the money?"),
        choices=[
            (WAITS, gettext_lazy("Still has to come: send a mail with the link to pay")),
            (PAID, gettext_lazy("Has come in at the bank: the place is final at once")),
        ],
        initial=WAITS,
        widget=forms.RadioSelect,
    )
    reason = TextField(
        label=gettext_lazy("Why beyond capacity?"),
        max_length=255,
        required=False,
        help_text=gettext_lazy(
            "Only when there is no place. Your colleagues read it in the history of the sign-up."
        ),
    )
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)

    MISSING = PersonForm.MISSING | {"price_cents": gettext_lazy("Enter the price, or 0.")}
    SECTIONS = (
        (gettext_lazy("Person"), (*ABOUT, "language")),
        (gettext_lazy("Course"), ("kind", "admission", "remarks")),
        (gettext_lazy("Payment"), ("price_cents", "paid", "for_work")),
        (gettext_lazy("Invoice data, as far as you know them"), (*INVOICE, "invoice_email")),
        (gettext_lazy("Without a free place"), ("reason",)),
    )

    def __init__(self, data=None, *, event):
        initial = {"idempotency_key": uuid.uuid4(), "kind": SignUp.Kind.COURSE}
        if event.price_cents is not None:
            initial["price_cents"] = event.price_cents
        super().__init__(data, initial=initial)
        self.event = event
        self.fields["kind"].choices = [
            (kind, f"{kind.label}: {event.days_in_words_for(kind)}")
            for kind in SignUp.Kind
            if event.parts_for(kind)
        ]

    def clean(self):
        data = super().clean()
        kind = data.get("kind")
        if kind and self.event.free_for(kind) <= 0 and not data.get("reason"):
            places = places_in_words(self.event, kind)
            words = _(
                "There is no place (%(places)s). Write why this person can come all the same."
            )
            self.add_error("reason", words % {"places": places})
        return data

    @property
    def is_beyond_capacity(self):
        return self.event.free_for(self.cleaned_data["kind"]) <= 0

    @property
    def full_name(self):
        data = self.cleaned_data
        return full_name(data["first_name"], data["infix"], data["last_name"])

    def arguments(self):
        data = self.cleaned_data
        names = (*ABOUT, "admission", "for_work", "remarks")
        buyer = {name: data[name] for name in INVOICE} | {"email": data["invoice_email"]}
        is_known = any(value for name, value in buyer.items() if name != "country")
        application = sign_ups.Application(
            **{name: data[name] for name in names},
            buyer=sign_ups.Buyer(**buyer) if is_known else None,
        )
        agreement = sign_ups.Agreement(
            kind=data["kind"], language=data["language"], idempotency_key=data["idempotency_key"]
        )
        return {
            "application": application,
            "agreement": agreement,
            "price_cents": data["price_cents"],
            "is_paid": data["paid"] == PAID,
            "reason": data["reason"] if self.is_beyond_capacity else "",
        }


class AddView(GroupView):
    """The steps: `check` shows the consequences, `edit` goes back to the form, `confirm` adds."""

    permission_required = "add"
    page_title = gettext_lazy("Add somebody")
    template_name = "courses/office/add.html"
    check_template = "courses/office/add_check.html"

    @property
    def group_url(self):
        return reverse("rosters:people", args=[self.roster.pk])

    @cached_property
    def form(self):
        data = self.request.POST if self.request.method == "POST" else None
        return AddForm(data, event=self.event)

    def get(self, request, *args, **kwargs):
        if self.event is None or not self.event.parts:
            return self.refuse(_("The page of this date is gone, or has no days."))
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        step = request.POST.get("step", "check")
        if self.event is None:
            return self.get(request, *args, **kwargs)
        if not self.form.is_valid() or step == "edit":
            return self.render_to_response(self.get_context_data())
        if step == "confirm":
            return self._add()
        self.template_name = self.check_template
        return self.render_to_response(self.get_context_data(consequences=_after_adding(self.form)))

    def _add(self):
        try:
            sign_up = additions.add(self.roster, by=self.request.user, **self.form.arguments())
        except seats.NoSeatError:
            self.form.add_error("reason", _("The last place has just gone. Write why anyway."))
        except sign_ups.AlreadySignedUpError:
            self.form.add_error(
                "email", _("Somebody with this name and address is on this course date already.")
            )
        except sign_ups.UnavailableError as refusal:
            self.form.add_error(None, refusal.availability.label)
        else:
            return self._redirect_to(sign_up)
        return self.render_to_response(self.get_context_data())

    def _redirect_to(self, sign_up):
        words = _("%(name)s has been added.") % {"name": sign_up.full_name}
        messages.success(self.request, words)
        if not self.request.user.has_perm("courses.view_signup"):
            return redirect(self.back_url)
        return redirect(reverse("sign_ups:inspect", args=[sign_up.pk]))

    def refuse(self, words):
        messages.error(self.request, words)
        return redirect(self.back_url)

    def get_context_data(self, **kwargs):
        places = [
            (kind.label, places_in_words(self.event, kind))
            for kind in SignUp.Kind
            if self.event.parts_for(kind)
        ]
        return super().get_context_data(form=self.form, event=self.event, places=places, **kwargs)


def _after_adding(form):
    data = form.cleaned_data
    name = form.full_name
    words = {"name": name, "email": data["email"], "price": format_euros(data["price_cents"])}
    if not data["price_cents"]:
        sentences = [_("There is nothing to pay, so the place is final at once.")]
    elif data["paid"] == PAID:
        sentences = [
            _("You have seen that %(price)s has arrived.") % words,
            _("The place is final at once, and the invoice is mailed as paid."),
        ]
    else:
        words["days"] = SiteSettings.current().hold_days
        sentences = [
            _("The place is held for %(days)s days while the site waits for %(price)s.") % words
        ]
    sentences.append(
        _("%(name)s gets a mail about it at %(email)s, with the link to their own page.") % words
    )
    sentences.append(_("You admit this person: nobody looks at the admission any more."))
    if form.is_beyond_capacity:
        sentences.append(_("All places are taken: %(name)s comes beyond capacity.") % words)
        sentences.append(_("Nobody else gets in by this, also when somebody cancels."))
    return sentences
