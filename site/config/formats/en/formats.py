"""British English: “1 May 2026”, “9:41”; the day comes before the month, in forms too."""

from django.conf.locale.en_GB.formats import *  # noqa: F403

DATE_FORMAT = "j F Y"
TIME_FORMAT = "G:i"
DATETIME_FORMAT = "j F Y, G:i"
SHORT_DATETIME_FORMAT = "d/m/Y G:i"

# The CMS writes dates the Dutch way in every language.
DATE_INPUT_FORMATS = [*DATE_INPUT_FORMATS, "%d-%m-%Y"]  # noqa: F405
DATETIME_INPUT_FORMATS = [*DATETIME_INPUT_FORMATS, "%d-%m-%Y %H:%M"]  # noqa: F405
