from datetime import timedelta

from core.periodic import periodic
from courses.domain import (
    date_alerts,
    holds,
    notices,
    reconciliation,
    refunds,
    rosters,
    swaps,
    uploads,
)


@periodic("expire_holds", every=timedelta(minutes=1))
def expire_holds():
    holds.expire()


@periodic("lapse_swap_offers", every=timedelta(minutes=1))
def lapse_swap_offers():
    swaps.lapse_unanswered()


@periodic("remind_of_payment", every=timedelta(minutes=10))
def remind_of_payment():
    notices.remind_of_payment()


@periodic("remind_of_choice", every=timedelta(minutes=10))
def remind_of_choice():
    notices.remind_to_choose()


@periodic("reconcile_payments", every=timedelta(minutes=2))
def reconcile_payments():
    reconciliation.reconcile()


@periodic("send_refunds", every=timedelta(minutes=1))
def send_refunds():
    refunds.send_queued()


@periodic("discard_uploads", every=timedelta(hours=1))
def discard_uploads():
    uploads.discard_unclaimed()


@periodic("write_down_what_was_told", every=timedelta(hours=1), at_most=timedelta(minutes=30))
def write_down_what_was_told():
    rosters.record_what_was_told()


@periodic("mail_papers", every=timedelta(minutes=1), at_most=timedelta(minutes=15))
def mail_papers():
    notices.mail_documents()


@periodic("mail_practical_information", every=timedelta(minutes=10))
def mail_practical_information():
    notices.mail_practical_information()


@periodic("mail_assignments", every=timedelta(minutes=10))
def mail_assignments():
    notices.mail_assignment()


@periodic("mail_thanks", every=timedelta(minutes=10))
def mail_thanks():
    notices.mail_thanks()


@periodic("note_what_pages_say", every=timedelta(minutes=10))
def note_what_pages_say():
    rosters.note_what_pages_say()


@periodic("tell_of_new_dates", every=timedelta(minutes=10))
def tell_of_new_dates():
    date_alerts.tell_of_new_dates()
