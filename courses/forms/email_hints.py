"""“Did you mean noor@gmail.com?”: typing errors in the domains of the largest mail providers.

It is a question, never a refusal. As a practice may have a domain that looks like a provider's,
only what is very close to a well-known domain is asked about.
"""

WELL_KNOWN = (
    *("gmail.com", "hotmail.com", "outlook.com", "live.nl", "hotmail.nl", "ziggo.nl", "icloud.com"),
    *("kpnmail.nl", "outlook.nl", "live.com", "yahoo.com", "planet.nl", "xs4all.nl", "home.nl"),
    *("kpnplanet.nl", "telfort.nl", "casema.nl", "hetnet.nl", "upcmail.nl", "zeelandnet.nl"),
    *("protonmail.com", "proton.me", "me.com", "msn.com", "quicknet.nl", "chello.nl", "caiway.nl"),
    *("solcon.nl", "online.nl", "tele2.nl", "wxs.nl", "zonnet.nl", "versatel.nl", "freeler.nl"),
)
# These exist too, and look like one of the above.
ALSO_RIGHT = (
    "mail.com",
    "ymail.com",
    "email.com",
    "googlemail.com",
    "mac.com",
    "yahoo.co",
    "fmail.com",
)
OFTEN_MEANT = {"gmail.nl": "gmail.com"}
SHORTEST_NAME = 5  # in a shorter name, one letter makes another word
LONG_NAME = 7  # from this length on, two typing errors are allowed


def suggestion(email) -> str | None:
    """The address that was probably meant, or None if it looks right."""
    person, at, domain = email.strip().rpartition("@")
    domain = domain.lower()
    if not at or domain in WELL_KNOWN or domain in ALSO_RIGHT:
        return None
    meant = OFTEN_MEANT.get(domain) or _nearest(domain)
    return f"{person}@{meant}" if meant else None


def _nearest(domain):
    near = [(distance(domain, known), known) for known in WELL_KNOWN if _is_near(domain, known)]
    return min(near, key=lambda pair: pair[0])[1] if near else None


def _is_near(domain, known):
    typed_name, name = domain.partition(".")[0], known.partition(".")[0]
    if typed_name == name:
        allowed = 1  # hotmail.fr is no typing error for hotmail.nl
    elif len(name) < SHORTEST_NAME:
        return False
    else:
        allowed = 2 if len(name) >= LONG_NAME else 1
    return distance(domain, known) <= allowed


def distance(typed, meant) -> int:
    """The number of typing errors: letters missing, added, wrong, or swapped with a neighbour.

    This is the optimal string alignment distance (restricted Damerau-Levenshtein).
    """
    before, row = [], list(range(len(meant) + 1))
    for i, letter in enumerate(typed, 1):
        earlier, before, row = before, row, [i]
        for j, wanted in enumerate(meant, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == meant[j - 2] and typed[i - 2] == wanted:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]
