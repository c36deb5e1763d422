"""The steps of courses after a backup was put back, see core.backups.restoring."""

from core.backups.restoring import erases, step
from courses.domain import invariants, restoring

erases("courses.sign_up")(restoring.erase_sign_up)
erases("courses.details")(restoring.erase_details)
erases("courses.certificate")(restoring.erase_certificate)
erases("courses.invoice")(restoring.erase_invoice)
erases("courses.payment")(restoring.erase_payment)
erases("courses.message")(restoring.erase_message)
erases("courses.former")(restoring.erase_former)
erases("courses.date_alert")(restoring.erase_date_alert)
erases("courses.payer")(restoring.erase_payer)


@step("invoice numbers", order=31)
def skip_invoice_numbers(since):
    for series in restoring.skip_invoice_numbers(since):
        yield f"{series.year}: the next invoice is {series.year}-{series.last + 1:04}"


@step("payments", order=40)
def ask_the_provider(since):
    yield f"{restoring.ask_the_provider(since)} payments looked at or found (CMS, start page)"


@step("notices", order=70)
def write_what_is_due(since):
    restoring.write_what_is_due()


@step("invariants", order=90)
def check(since):
    found = list(invariants.violations())
    yield from found
    if found:
        raise RuntimeError("check_invariants")
    yield "all invariants hold"
