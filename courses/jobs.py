from datetime import timedelta

from core.jobs import periodic
from courses.domain import sign_ups, uploads


@periodic("expire_holds", every=timedelta(minutes=1))
def expire_holds():
    sign_ups.expire_holds()


@periodic("discard_uploads", every=timedelta(hours=1))
def discard_uploads():
    uploads.discard_unclaimed()
