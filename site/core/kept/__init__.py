"""Pages that are the same for everybody are answered before Django does anything.

A view, or a page, says that its answer may be kept (`keep`); `layer` keeps and gives it, `requests`
says who may get it, `answers` holds it. See docs/decisions/0017-kept-pages.md.
"""

from functools import wraps

KEEP = "core.kept"  # in the environment of a request, where no visitor can put anything


def keep(request):
    """Say that the answer to this request is the same for everybody at this address.

    Only for what shows nothing of who asks: `core.changes.stamp` must change with everything on it.
    """
    request.META[KEEP] = True


def kept(view):
    """Decorate a view with this if all its answers with status 200 may be kept."""

    @wraps(view)
    def keeping(request, *args, **kwargs):
        keep(request)
        return view(request, *args, **kwargs)

    return keeping
