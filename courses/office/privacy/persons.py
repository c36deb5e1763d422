"""The rights of a person: access to all their data (GDPR article 15), and erasure (article 17).

URLs contain nothing personal: staff search by POST, and the page of a person is identified by the
id of a sign-up, a mail or a buyer.
"""

from django import forms
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from core.form_fields import TextField
from core.ids import is_id
from courses.domain import forgetting, subjects
from courses.models import BuyerDetails, Certificate, DateAlert, Invoice, SignUp, Upload
from courses.office.pages import OfficeView
from courses.office.privacy import finding, handover
from courses.values.terms import MONEY_YEARS
from mail.models import OutgoingMail

PERMISSION = "courses.delete_signup"
FIND = gettext_lazy("Personal data")


class PrivacyView(OfficeView):
    """A page for staff who may forget people."""

    permission_policy = ModelPermissionPolicy(SignUp)
    permission_required = "delete"
    header_icon = "lock"


class FindForm(forms.Form):
    text = TextField(
        label=gettext_lazy("Name, e-mail address or telephone number"),
        max_length=200,
        error_messages={"required": gettext_lazy("Fill in whom you look for.")},
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )


class FindView(PrivacyView):
    """Searches by POST, so that no name ends up in a URL, the browser history or a log."""

    page_title = FIND
    template_name = "courses/office/privacy_find.html"
    http_method_names = ["get", "post"]

    def post(self, request, *args, **kwargs):
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs):
        form = FindForm(self.request.POST or None)
        found, has_more = None, False
        if form.is_valid():
            found, has_more = finding.find_people(form.cleaned_data["text"])
        return super().get_context_data(form=form, found=found, has_more=has_more, **kwargs)


class PersonView(PrivacyView):
    """All data of one person. Staff decide which of the sign-ups found belong to this person."""

    template_name = "courses/office/privacy_person.html"
    page_title = gettext_lazy("Data of one person")
    http_method_names = ["get"]

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        kind, pk = self.kwargs["kind"], self.kwargs["pk"]
        if kind not in LOCATORS:
            raise Http404
        self.address, self.same, self.others = LOCATORS[kind](pk)

    @cached_property
    def subject(self):
        possible = {sign_up.pk for sign_up in [*self.same, *self.others]}
        if self.request.method == "POST":
            chosen = {int(pk) for pk in self.request.POST.getlist("sign_up") if is_id(pk)}
        else:
            chosen = {sign_up.pk for sign_up in self.same}
        return subjects.find_subject(self.address, chosen & possible)

    @property
    def person_url(self):
        return reverse("privacy:person", kwargs=self.kwargs)

    def get_page_subtitle(self):
        return self.subject.name or self.address

    def get_ancestors(self):
        return [(FIND, reverse("privacy:find"))]

    def get_context_data(self, **kwargs):
        subject = self.subject
        return super().get_context_data(
            subject=subject,
            same=self.same,
            others=self.others,
            former=[holding for holding in subject.holdings if holding.is_former],
            pays_for=subject.paying_for().select_related("sign_up__roster"),
            mails=subject.mails().count(),
            written=subject.written().count(),
            person_url=self.person_url,
            archive_url=reverse("privacy:archive", kwargs=self.kwargs),
            forget_url=reverse("privacy:forget", kwargs=self.kwargs),
            **kwargs,
        )


class ArchiveView(PersonView):
    """All data of the person in one file, to hand over."""

    http_method_names = ["get", "post"]

    def get(self, request, *args, **kwargs):
        return redirect(self.person_url)

    def post(self, request, *args, **kwargs):
        response = FileResponse(
            handover.archive(self.subject),
            as_attachment=True,
            filename=_("personal-data") + f"-{timezone.localdate().isoformat()}.zip",
            content_type="application/zip",
        )
        response["Cache-Control"] = "private, no-store"
        return response


class ForgetView(PersonView):
    """The first POST shows what will be removed and what has to stay; the second removes it."""

    template_name = "courses/office/privacy_forget.html"
    page_title = gettext_lazy("Forget this person")
    header_icon = "bin"
    http_method_names = ["get", "post"]

    def get(self, request, *args, **kwargs):
        return redirect(self.person_url)

    def post(self, request, *args, **kwargs):
        if "confirmed" not in request.POST:
            return self.render_to_response(self.get_context_data())
        try:
            forgetting.forget(self.subject, by=request.user)
        except forgetting.StillNeededError:
            return self.render_to_response(self.get_context_data())
        messages.success(
            request, _("This person is forgotten. Only what the law wants is still there.")
        )
        return redirect("privacy:find")

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            reasons=_reasons(forgetting.reasons_to_keep(self.subject)),
            goes=_what_is_removed(self.subject),
            stays=_what_stays(self.subject),
            **kwargs,
        )


def _by_sign_up(pk):
    sign_up = get_object_or_404(SignUp.objects.select_related("roster"), pk=pk)
    return sign_up.email, *subjects.sign_ups_at_address_of(sign_up)


def _by_mail(pk):
    mail = get_object_or_404(OutgoingMail, pk=pk)
    is_written = mail.object_id is None and mail.reply_to
    return _by_address(mail.reply_to if is_written else mail.to)


def _by_buyer(pk):
    return _by_address(get_object_or_404(BuyerDetails, pk=pk).email)


def _by_alert(pk):
    return _by_address(get_object_or_404(DateAlert, pk=pk).email)


def _by_address(address):
    if not address:
        raise Http404
    own = SignUp.objects.select_related("roster").filter(email__iexact=address)
    first = own.order_by("-created_at").first()
    return address, *(subjects.sign_ups_at_address_of(first) if first else ([], []))


LOCATORS = {"sign-up": _by_sign_up, "mail": _by_mail, "payer": _by_buyer, "alert": _by_alert}


def _reasons(found):
    words = {
        "coming": _("the course is still to come, or the sign-up waits: cancel it first"),
        "money": _("money is still on its way or has to go back: finish that first"),
    }
    return [
        {"sign_up": sign_up, "words": ", ".join(words[reason] for reason in reasons)}
        for sign_up, reasons in found.items()
    ]


def _what_is_removed(subject):
    """What will be removed, in sentences."""
    lines = []
    codes = [sign_up.roster.code for sign_up in subject.sign_ups if not sign_up.forgotten_at]
    if codes:
        lines += [
            _("Name, e-mail address, telephone number and invoice data of the sign-ups %(codes)s.")
            % {"codes": ", ".join(codes)},
            _("Answers, remarks, notes of the office and the days on which this person was there."),
            _("The links of this person: the own page on the site is closed."),
        ]
    if subject.date_alerts().exists():
        lines.append(_("That this person wants to hear of new dates."))
    files = Upload.objects.filter(answer__sign_up__in=subject.ids).count()
    if files:
        lines.append(
            ngettext(
                "%(number)s file that was sent along.",
                "%(number)s files that were sent along.",
                files,
            )
            % {"number": files}
        )
    certificates = Certificate.objects.filter(sign_up__in=subject.ids, facts__name__gt="")
    lines += [
        _("The certificate %(code)s: nobody can check it any more.") % {"code": certificate.code}
        for certificate in certificates
    ]
    lines.append(_("Texts and addresses of the mails to and about this person."))
    return lines


def _what_stays(subject):
    """What has to stay by law and until when, in sentences."""
    invoices = []
    for holding in subject.holdings:
        found = Invoice.objects.filter(holding.within("created_at"), sign_up=holding.sign_up)
        invoices += found.order_by("number")
    lines = [
        _("%(kind)s %(number)s, with the name and address on it: until %(day)s, by tax law.")
        % {
            "kind": capfirst(invoice.get_kind_display()),
            "number": invoice.number,
            "day": date_format(_kept_until(invoice), "j F Y"),
        }
        for invoice in invoices
    ]
    if subject.sign_ups:
        lines.append(_("That a place was taken and what was paid, without a name."))
    lines.append(_("Copies in backups, until newer ones have replaced them."))
    return lines


def _kept_until(invoice):
    """Seven years after the year of the invoice: article 52 of the Dutch AWR."""
    return invoice.issued_on.replace(year=invoice.issued_on.year + MONEY_YEARS, month=12, day=31)


class PrivacyMenuItem(MenuItem):
    def is_shown(self, request):
        return request.user.has_perm(PERMISSION)


class PersonsViewSet(ViewSet):
    name = "privacy"
    url_prefix = "personal-data"
    icon = "lock"
    menu_label = FIND
    menu_item_class = PrivacyMenuItem

    def get_urlpatterns(self):
        return [
            path("", FindView.as_view(), name="find"),
            path("<str:kind>/<int:pk>/", PersonView.as_view(), name="person"),
            path("<str:kind>/<int:pk>/archive/", ArchiveView.as_view(), name="archive"),
            path("<str:kind>/<int:pk>/forget/", ForgetView.as_view(), name="forget"),
        ]
