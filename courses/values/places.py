"""Towns in a sentence."""

from django.utils.translation import gettext as _

ISLANDS = {"texel", "vlieland", "terschelling", "ameland", "schiermonnikoog"}


def at_place(place: str) -> str:
    """“in Dalfsen”, but “op Vlieland”: one is on an island."""
    words = _("on %(place)s") if place.strip().lower() in ISLANDS else _("in %(place)s")
    return words % {"place": place}
