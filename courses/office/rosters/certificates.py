"""Certificates: issuing them to a course group, and downloading them."""

import io
import zipfile
from dataclasses import dataclass
from datetime import date

from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View
from wagtail.admin import messages
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from courses.documents.certificates import certificate_pdf
from courses.domain import certificates
from courses.models import Certificate
from courses.office.people import letters
from courses.office.rosters import downloads
from courses.office.rosters.group import GroupView
from courses.office.rosters.presence import Participant, people_of


class CertificatePdfView(PermissionCheckedMixin, View):
    """The certificate of one person as PDF, typeset from its frozen facts."""

    permission_policy = None
    permission_required = "view"
    http_method_names = ["get", "head"]

    def get(self, request, pk):
        found = get_object_or_404(Certificate, sign_up=pk, revoked_at=None)
        return downloads.attachment(_pdf(found), f"{found.code}.pdf")


def _pdf(certificate):
    return certificate_pdf(certificate.facts, certificate.language)


@dataclass(frozen=True)
class Candidate:
    """A participant, with what decides whether this person gets a certificate.

    `missed` are the days of absence, `open_days` those for which no presence was noted.
    """

    person: Participant
    certificate: Certificate | None
    missed: tuple[date, ...]
    open_days: tuple[date, ...]

    @property
    def sign_up(self):
        return self.person.sign_up

    @property
    def can_get(self):
        return self.certificate is None and any(self.person.noted.values())

    @property
    def is_complete(self):
        """Present on every day, so that there is nothing to weigh."""
        return self.can_get and not self.missed and not self.open_days

    @property
    def reason(self):
        reasons = []
        if self.missed:
            reasons.append(_("absent on %(days)s") % {"days": _days(self.missed)})
        if self.open_days:
            reasons.append(_("not noted yet: %(days)s") % {"days": _days(self.open_days)})
        return ", ".join(reasons)


def candidates(roster):
    people = people_of(roster)
    certificates = {certificate.sign_up_id: certificate for certificate in valid_in(roster)}
    return [
        Candidate(
            person=person,
            certificate=certificates.get(person.sign_up.pk),
            missed=tuple(day for day in person.days if person.noted.get(day) is False),
            open_days=tuple(day for day in person.days if day not in person.noted),
        )
        for person in people
    ]


def _days(days):
    return ", ".join(date_format(day, "j F") for day in days)


def valid_in(roster):
    """The certificates of a group that were not revoked."""
    found = Certificate.objects.filter(sign_up__roster=roster, revoked_at=None)
    return found.select_related("sign_up").order_by("code")


class CertificatesZipView(GroupView):
    """All certificates of a group in one file, to print or to keep."""

    permission_required = "view"
    http_method_names = ["get", "head"]

    def get(self, request, *args, **kwargs):
        found = list(valid_in(self.roster))
        if not found:
            messages.error(request, _("Nobody of this group has a certificate yet."))
            return redirect(self.back_url)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for certificate in found:
                archive.writestr(_file_name(certificate), _pdf(certificate))
        name = f"certificaten-{self.roster.code}.zip"
        return downloads.attachment(packed.getvalue(), name, "application/zip")


def _file_name(certificate):
    """The name first, so that the files are sorted by it; the code makes it unique."""
    name = slugify(certificate.sign_up.sort_name)[:60]
    return f"{name}-{certificate.code}.pdf" if name else f"{certificate.code}.pdf"


class CertificatesView(GroupView):
    """Shows who can get one; POST issues it to those who are ticked. The worker mails them."""

    page_title = gettext_lazy("Issue certificates")
    template_name = "courses/office/certificates.html"

    @cached_property
    def candidates(self):
        return candidates(self.roster)

    def post(self, request, *args, **kwargs):
        ticked = set(request.POST.getlist("sign_up"))
        wanted = [c for c in self.candidates if c.can_get and str(c.sign_up.pk) in ticked]
        if not wanted:
            messages.error(request, _("Nobody is ticked: no certificate was issued."))
            return redirect(request.path)
        issued = sum(self._issue(candidate.sign_up) for candidate in wanted)
        messages.success(
            request,
            ngettext(
                "%(number)s certificate has been issued; it is mailed within some minutes.",
                "%(number)s certificates have been issued; they are mailed within some minutes.",
                issued,
            )
            % {"number": issued},
        )
        return redirect(self.back_url)

    def _issue(self, sign_up):
        try:
            certificates.issue(sign_up, by=self.request.user)
        except certificates.NotPresentError:  # a colleague has just changed it
            return False
        return True

    def get_context_data(self, **kwargs):
        waiting = [c for c in self.candidates if c.certificate is None]
        can_get = [c for c in waiting if c.can_get]
        return super().get_context_data(
            can_get=can_get,
            letters=letters.on_certificates(c.sign_up for c in can_get),
            cannot_get=[c for c in waiting if not c.can_get],
            issued=[c for c in self.candidates if c.certificate],
            presence_url=reverse("rosters:presence", args=[self.roster.pk]),
            last_day=self.roster.last_day if self.roster.last_day > timezone.localdate() else None,
            **kwargs,
        )
