"""Where a name stands in a Dutch list: “van der Berg” and “Berg” both under the B.

Accents, capitals and punctuation do not count. The key is compared by code point, which is the same
in Python, on SQLite and on PostgreSQL with the collation "C".
"""

import re

from core.folding import fold

LONGEST = 400  # characters of a key
# The infixes of the Dutch register of persons, but for those that are whole names as often.
WORDS = (
    "aan|achter|af|auf|bij|boven|buiten|da|dal|dalla|das|de|degli|dei|del|della|dem|den|der|des|di"
    "|dos|du|het|im|in|la|las|le|les|lo|los|onder|op|over|te|ten|ter|thoe|tho|toe|tot|uijt|uit"
    "|unter|uyt|van|vande|vanden|vander|vom|von|voor|vor|zu|zum|zur"
)
INFIX = re.compile(
    rf"(?:(?:{WORDS})(?:\s+|(?='))"  # van der Berg, van 't Hof, van't Hof
    r"|[dl]'\s*"  # d'Hondt
    r"|'[nst](?:\s+|-)"  # 't Hooft, 's-Gravesande
    r"|v[./]\s*(?:d(?:[./]\s*|\s+))?|vd\.?\s+"  # v. Dijk, v.d. Berg, v/d Berg, vd Berg
    r")+(?=\w)"
)
APOSTROPHES = str.maketrans("`´", "''")


def name_key(last_name, first_name=""):
    """What to sort this name by. An infix before the last name does not count."""
    last = fold(last_name.translate(APOSTROPHES)).strip()
    # Two spaces, for one may be part of a name: “Berg, Zoë” before “Berg Jansen, Aad”.
    return f"{_plain(_without_infix(last))}  {_plain(fold(first_name))}".strip()[:LONGEST]


def _without_infix(name):
    infix = INFIX.match(name)
    return name[infix.end() :] if infix else name


def _plain(name):
    """Words of letters and digits, with one space between them; “O'Brien” is one word."""
    letters = (sign if sign.isalnum() else " " for sign in name.replace("'", ""))
    return " ".join("".join(letters).split())
