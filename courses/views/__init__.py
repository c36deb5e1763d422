"""Thin edges: read the request, call the domain, answer.

The views of pages are imported here, so that each page knows its routes once the app is ready.
"""

from courses.views import brochures, pages, sign_up

__all__ = ["brochures", "pages", "sign_up"]
