"""schema.org objects (JSON-LD as dicts) that more than one page needs."""

from django.conf import settings
from django.templatetags.static import static

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
