from datetime import timedelta

from core.periodic import periodic
from mail import sending


@periodic("send_mail", every=timedelta(seconds=2), at_most=timedelta(minutes=2))
def send_mail():
    sending.send_due()
