"""What visitors and students see. A view reads the request, calls the domain and answers.

The views of pages are imported here, so that each page has its routes once the app is ready.
"""

from courses.views import brochures, pages, sign_up

__all__ = ["brochures", "pages", "sign_up"]
