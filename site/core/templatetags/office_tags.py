"""Tags for the templates of the CMS."""

from django import template

from core.office import leaving

register = template.Library()


@register.inclusion_tag("core/office/leaving.html")
def leaving_along(pages):
    """What else happens when a page, or the pages of a bulk action, leave the site."""
    pages = [row["item"] for row in pages] if isinstance(pages, list) else [pages]
    return {"consequences": list(leaving.consequences(pages))}
