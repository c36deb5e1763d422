"""schema.org objects (JSON-LD as dicts) that more than one page needs."""

from urllib.parse import urljoin

from django.conf import settings
from django.templatetags.static import static

from core import sharing
from core.fields import StreamField
from core.images import SHAPES
from core.models.settings import SiteSettings


def organization_reference():
    """A reference to the institute, with its name: consumers do not look it up on another page."""
    return {
        "@type": "EducationalOrganization",
        "@id": f"{settings.SITE_URL}/#institute",
        "name": SiteSettings.current().institute_name,
        "url": f"{settings.SITE_URL}/",
    }


def breadcrumbs(above, page):
    """BreadcrumbList of the pages above this one, and of itself."""
    way = [(crumb.title, settings.SITE_URL + crumb.get_url_parts()[2]) for crumb in above]
    way.append((page.title, page.canonical_url))
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": url}
            for number, (name, url) in enumerate(way, start=1)
        ],
    }


def website():
    """The site under its name, for the home page: that is what search engines call it by."""
    institute = organization_reference()
    return {
        "@type": "WebSite",
        "@id": f"{settings.SITE_URL}/#website",
        "name": institute["name"],
        "url": institute["url"],
        "inLanguage": [code for code, _name in settings.LANGUAGES],
        "publisher": institute,
    }


def videos(page):
    """VideoObject of each video on a page, with the day on which that page was first published."""
    if page is None or not getattr(page, "first_published_at", None):
        return []
    streams = [
        getattr(page, field.name) for field in page._meta.fields if isinstance(field, StreamField)
    ]
    return [
        _video(page, block.value)
        for stream in streams
        if any(raw["type"] == "video" for raw in stream.raw_data)  # looks nothing up
        for block in stream
        if block.block_type == "video"
    ]


def _video(page, video):
    still = video.get("poster")
    return {
        "@type": "VideoObject",
        "name": video["title"],
        "description": getattr(page, "meta_description", "") or video["title"],
        "thumbnailUrl": absolute(still, "poster") if still else sharing.picture_of(page)["url"],
        "uploadDate": page.first_published_at.isoformat(),
        "embedUrl": f"https://www.youtube-nocookie.com/embed/{video.video_id}",
        "url": video.watch_url,
    }


def absolute(image, shape):
    """The address of an image in one of the shapes of `core.images`, for other machines."""
    return urljoin(settings.SITE_URL, image.get_rendition(SHAPES[shape].fallback()).url)


def organization():
    """The institute: name, address and profiles, as far as staff filled them in."""
    facts = SiteSettings.current()
    data = organization_reference() | {
        "logo": f"{settings.SITE_URL}{static('img/icon-512.png')}",
        "sameAs": [block.value["url"] for block in facts.social_links],
    }
    if facts.legal_name:
        data["legalName"] = facts.legal_name
    if facts.email:
        data["email"] = facts.email
    if facts.phone:
        data["telephone"] = facts.phone
    if facts.vat_number:
        data["vatID"] = facts.vat_number
    if facts.city:
        data["address"] = {
            "@type": "PostalAddress",
            "streetAddress": facts.street,
            "postalCode": facts.postcode,
            "addressLocality": facts.city,
            "addressCountry": "NL",
        }
    return data
