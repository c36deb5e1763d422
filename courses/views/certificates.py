"""Anybody with the code of a certificate can check here what is on it, and no more."""

import datetime
from http import HTTPStatus

from django import forms
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.form_fields import TextField
from core.guards import within_limit
from courses.documents.certificates import attended_in_words
from courses.domain import certificates
from courses.values.days import days_in_words

LOOKS_PER_ADDRESS = "60/10m/ip"


class CodeForm(forms.Form):
    code = TextField(
        label=_("Code of the certificate"),
        help_text=_("For example RT-7KQ4-M2XH. You find it beside the square QR code."),
        error_messages={"required": _("Fill in the code of the certificate")},
        widget=forms.TextInput(
            {"autocomplete": "off", "spellcheck": "false", "class": "input--medium"}
        ),
    )

    def __init__(self, *args, may_look=True, **kwargs):
        super().__init__(*args, **kwargs)
        self.may_look = may_look

    def clean_code(self):
        if not self.may_look:
            raise forms.ValidationError(
                _("Many codes were tried from your network. Try again in ten minutes.")
            )
        self.certificate = certificates.find_by_code(self.cleaned_data["code"])
        if self.certificate is None:
            raise forms.ValidationError(
                _("There is no certificate with this code. Look at the certificate once more.")
            )
        return self.cleaned_data["code"]


@never_cache
@require_safe
def find(request):
    """The form; `?code=` redirects to the address of the certificate, which its QR code has too."""
    if "code" not in request.GET:
        return _page(request, form=CodeForm())
    form = _checked_form(request, request.GET["code"])
    if form.is_valid():
        return redirect("certificate", form.certificate.code)
    return _page(request, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@never_cache
@require_safe
def show(request, code):
    form = _checked_form(request, code)
    if not form.is_valid():
        return _page(request, form=form, status=HTTPStatus.NOT_FOUND)
    facts = form.certificate.facts
    days = [datetime.date.fromisoformat(day) for day in facts["days"]]
    return _page(
        request,
        certificate=form.certificate,
        facts=facts,
        days=days_in_words([(day, day) for day in days]),
        attended=attended_in_words(facts),
    )


def _checked_form(request, code):
    return CodeForm(
        {"code": code[:100]}, may_look=within_limit(request, "certificate", LOOKS_PER_ADDRESS)
    )


def _page(request, status=HTTPStatus.OK, **context):
    response = render(request, "courses/certificate.html", context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
