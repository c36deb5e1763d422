"""Money papers and the certificate, for who may see them, set anew from their frozen facts."""

from django.http import Http404, HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courses.documents.certificates import certificate_pdf
from courses.documents.invoices import invoice_pdf
from courses.domain import people
from courses.views.private import private, sign_up_or_404


@private
@require_safe
def invoice(request, token, number):
    """An invoice or credit note of the person's own."""
    sign_up = sign_up_or_404(token)
    return invoice_download(own_invoices(sign_up), number)


@private
@require_safe
def own_certificate(request, token):
    certificate = getattr(sign_up_or_404(token), "certificate", None)
    if certificate is None or certificate.revoked_at:
        raise Http404
    content = certificate_pdf(certificate.facts, certificate.language)
    return _attachment(content, f"{slugify(_('Certificate'))}-{certificate.code}.pdf")


def own_invoices(sign_up):
    """The papers that are this person's, newest first.

    Not those from before a colleague came instead, nor what corrects them: somebody's home address
    may be on them. An organisation's papers are the same whoever comes.
    """
    written = list(sign_up.invoices.select_related("credits"))
    since = people.holder_since(sign_up) if written else None
    return [
        paper
        for paper in written
        if since is None
        or paper.facts["buyer"]["organisation"]
        or (paper.credits or paper).created_at >= since
    ]


def invoice_download(papers, number):
    """The one with this number as a download, or 404."""
    found = next((paper for paper in papers if paper.number == number), None)
    if found is None:
        raise Http404
    return _attachment(invoice_pdf(found.facts, found.language), f"{found.number}.pdf")


def _attachment(content, filename):
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
