"""A view declares which kind of page it shows, and at what address below that page.

A page model imports nothing above itself, so it cannot name its views. They name the model instead,
and the app imports them when it is ready.
"""

from functools import wraps

from wagtail.contrib.routable_page.models import path


def shows(page_class, pattern="", *, name="index"):
    """Serve pages of `page_class` with the decorated view, at `pattern` below their own address.

    The view is called as view(request, page, **kwargs), with the kwargs of the pattern. `name` is
    for `page.reverse_subpage`. The view of the empty pattern also renders the preview for staff,
    unless another view `previews` the page.
    """

    def register(view):
        @wraps(view)
        def route(page, request, *args, **kwargs):
            return view(request, page, *args, **kwargs)

        setattr(page_class, f"{name}_route", path(pattern, name=name)(route))
        return view

    return register


def previews(page_class):
    """Render the preview of pages of this class with the decorated view(request, page)."""

    def register(view):
        page_class.serve_preview = lambda page, request, mode_name: view(request, page)
        return view

    return register
