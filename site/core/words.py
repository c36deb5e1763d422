"""What people type: text without what nobody can see, and names that are no web addresses."""

import re
import unicodedata

# What Unicode calls ignorable, blanks that are no spaces (Hangul fillers, the empty Braille
# pattern), controls but for tabs and ends of lines, and code points that are no characters: an XML
# file may hold neither. NUL is refused by Django. Joiners and variation selectors are below.
INVISIBLE = re.compile(
    "[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufdd0-\ufdef\ufffe\uffff"
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u2800\u3164\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)
# Scripts and emoji in which a joiner or a variation selector changes what one sees.
_SHAPED = "\u0600-\u1dff\u2010-\u2bff\u2e80-\ud7ff\uf900-\ufdff\ufe70-\uffff\U00010000-\U000dffff"
_SELECTORS = "\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
LOOSE_SELECTOR = re.compile(f"(?<![0-9#*\u00a9\u00ae{_SHAPED}])[{_SELECTORS}]")
LOOSE_JOINER = re.compile(
    f"(?<![{_SHAPED}{_SELECTORS}])[\u200c\u200d]|[\u200c\u200d](?![{_SHAPED}])"
)

SCHEME = re.compile(r"://|\b(?:https?|ftp|mailto|tel|javascript|data)\s*:|\bwww\.|@", re.I)
NUMBERS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
DOTTED = re.compile(r"([^\W_](?:[\w-]*[^\W_])?)\.([^\W\d_]{2,})")
ENDINGS = {
    *("com", "net", "org", "info", "biz", "io", "co", "me", "app", "dev", "xyz", "top", "site"),
    *("online", "shop", "club", "live", "link", "click", "win", "example", "eu", "nl", "be", "de"),
    *("fr", "uk", "ru", "cn", "us", "tk", "ml", "ga"),
}
TITLES = {
    *("ba", "bc", "bsc", "dr", "drs", "ds", "ing", "ir", "jr", "llm", "ma", "mba", "med", "mr"),
    *("msc", "phd", "prof", "sr"),
}


def visible(text: str) -> str:
    """`text` without characters that cannot be seen. Whoever needs a joiner (नि‍, 👩‍🏫) keeps it."""
    text = LOOSE_SELECTOR.sub("", INVISIBLE.sub("", text))
    return LOOSE_JOINER.sub("", text)


def has_letter(text: str) -> bool:
    """Whether there is at least one letter, of any script, in the text."""
    return any(character.isalpha() for character in text)


def holds_address(name: str) -> bool:
    """Whether a mail program might make a link of (part of) this name: “www.x”, “evil.example”.

    “J.P. van der Berg”, “St.John” and “Dr.ir. Jansen” are names.
    """
    plain = unicodedata.normalize("NFKC", name).replace("\u3002", ".")
    if SCHEME.search(plain) or NUMBERS.search(plain):
        return True
    return any(_looks_like_a_domain(*found) for found in DOTTED.findall(plain))


def without_addresses(name: str) -> str:
    """The name as it can be mailed: an address in it is written as loose words."""
    if not holds_address(name):
        return name
    plain = unicodedata.normalize("NFKC", name).replace("\u3002", ".")
    return " ".join(re.sub(r"[.:/\\@?#]+", " ", plain).split())


def _looks_like_a_domain(label, ending):
    if {label.lower(), ending.lower()} <= TITLES:
        return False
    if len(label) == 1:  # an initial: “M.de Vries”, but “x.com”
        return ending in ENDINGS - {"de"}
    return not ending[0].isupper() or ending.lower() in ENDINGS
