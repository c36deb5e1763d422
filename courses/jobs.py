from datetime import timedelta

from core.jobs import periodic
from courses.domain import holds, payments, refunds, uploads


@periodic("expire_holds", every=timedelta(minutes=1))
def expire_holds():
    holds.expire()


@periodic("remind_of_payment", every=timedelta(minutes=10))
def remind_of_payment():
    holds.remind()


@periodic("reconcile_payments", every=timedelta(minutes=2))
def reconcile_payments():
    payments.reconcile()


@periodic("send_refunds", every=timedelta(minutes=1))
def send_refunds():
    refunds.send_queued()


@periodic("discard_uploads", every=timedelta(hours=1))
def discard_uploads():
    uploads.discard_unclaimed()
