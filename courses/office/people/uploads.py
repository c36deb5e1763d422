"""A file that was uploaded with a sign-up, for staff who may read answers."""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views import View
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from courses.models import Upload


class UploadView(PermissionCheckedMixin, View):
    permission_policy = None
    permission_required = "view"
    http_method_names = ["get", "head"]

    def get(self, request, token):
        # A file without an answer belongs to no sign-up, so it is for nobody to see.
        upload = get_object_or_404(Upload, token=token, answer__isnull=False)
        try:
            file = upload.file.open("rb")
        except FileNotFoundError:
            raise Http404 from None
        response = FileResponse(
            file, as_attachment=True, filename=upload.name, content_type=upload.content_type
        )
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "private, no-store"
        response["Content-Security-Policy"] = "default-src 'none'"
        return response
