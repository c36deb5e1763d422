"""A charge, and the plug of Mollie against our stand-in."""

import uuid

from courses import gateways

CHARGE = gateways.Charge(
    key=uuid.UUID(int=7),
    amount_cents=119500,
    description="RT21032027",
    return_url="http://testserver/inschrijving/made-up/",
    webhook_url="https://www.example.nl/webhooks/mollie/made-up/",
    language="nl",
)


def refund(bank, reference, *, cents=2550, key=1):
    return bank.refund(
        reference, amount_cents=cents, description="RT21032027", key=uuid.UUID(int=key)
    )
