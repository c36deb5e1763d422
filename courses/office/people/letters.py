"""Names that our papers cannot show: staff are told before anything is issued."""

from django.utils.translation import gettext as _

from courses.documents.typesetting import has_letters_for


def unreadable(people):
    """Of these pairs (person, text on paper) the people with a letter that no font of ours has."""
    people = list(people)
    if has_letters_for("\n".join(text for _person, text in people)):
        return []
    return [person for person, text in people if not has_letters_for(text)]


def on_certificates(sign_ups):
    """What to tell staff about the names on certificates; an empty string if all is well."""
    return _warning((row.full_name, row.full_name) for row in sign_ups)


def on_documents(sign_ups):
    """The same of all that badges, lists and invoices say of people: names and buyers."""
    return _warning((row.full_name, _all_about(row)) for row in sign_ups)


def _warning(people):
    names = ", ".join(unreadable(people))
    if not names:
        return ""
    return _(
        "Our papers would show boxes instead of some letters of: %(names)s. Ask how the name is"
        " written in Latin letters, and correct it first."
    ) % {"names": names}


def _all_about(sign_up):
    buyer = getattr(sign_up, "buyer", None)
    of_buyer = [buyer.organisation, buyer.reference, buyer.street, buyer.city] if buyer else []
    return "\n".join([sign_up.full_name, *of_buyer])
