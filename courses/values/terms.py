"""How long the data of participants are kept: see docs/decisions/0012-retention.md."""

DETAILS_MONTHS = 3  # after the last day of the course
ENDED_MONTHS = 3  # after the sign-up ended
CONTACT_YEARS = 2  # after the last day of the course
ALERT_MONTHS = 24  # after somebody asked to hear of new dates
CERTIFICATE_YEARS = 20  # after it was issued
MONEY_YEARS = 7  # after the calendar year: art. 52 AWR
