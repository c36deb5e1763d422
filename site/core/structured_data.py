"""schema.org objects (JSON-LD as dicts) that more than one page needs."""

from django.conf import settings

from core.models.settings import SiteSettings


def organization_reference():
    """A reference to the institute, for pages that do not describe it."""
    return {"@type": "EducationalOrganization", "@id": f"{settings.SITE_URL}/#institute"}


def organization():
    """The institute: name, address and profiles, as far as staff filled them in."""
    facts = SiteSettings.current()
    data = organization_reference() | {
        "name": facts.institute_name,
        "url": f"{settings.SITE_URL}/",
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
