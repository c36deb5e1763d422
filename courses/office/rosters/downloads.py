"""A document that was made on request, as a download that no cache keeps."""

from django.http import HttpResponse


def attachment(content, filename, content_type="application/pdf"):
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
