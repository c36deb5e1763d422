"""Invoices, credit notes and the certificate as PDF, typeset from their frozen facts."""

from django.http import Http404, HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courses.documents.certificates import certificate_pdf
from courses.documents.invoices import pdf_of
from courses.domain import people
from courses.views.private import private, sign_up_or_404


@private
@require_safe
def invoice(request, token, number):
    """One of the person's own invoices and credit notes."""
    sign_up = sign_up_or_404(token)
    return invoice_download(own_invoices(sign_up), number)


@private
@require_safe
def own_certificate(request, token):
    certificate = getattr(sign_up_or_404(token), "certificate", None)
    if certificate is None or certificate.revoked_at:
        raise Http404
    content = certificate_pdf(certificate.facts, certificate.language)
    name = slugify(_("Certificate"))
    return _attachment(content, f"{name}-{certificate.code}.pdf")


def own_invoices(sign_up):
    """The invoices and credit notes that this person may see, newest first.

    If they took a colleague's seat, earlier ones, and credit notes for those, are left out: they
    may show the colleague's home address. Those of an organisation stay visible.
    """
    issued = list(sign_up.invoices.select_related("credits"))
    since = people.holder_since(sign_up) if issued else None
    return [
        invoice
        for invoice in issued
        if not invoice.is_held
        and (
            since is None
            or invoice.facts["buyer"]["organisation"]
            or (invoice.credits or invoice).created_at >= since
        )
    ]


def invoice_download(invoices, number):
    """The invoice with this number as a download. Raises Http404."""
    found = next((invoice for invoice in invoices if invoice.number == number), None)
    if found is None:
        raise Http404
    return _attachment(pdf_of(found), f"{found.number}.pdf")


def _attachment(content, filename):
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
