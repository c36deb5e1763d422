"""How staff log in; nobody else has an account."""

import logging

from allauth.account.adapter import DefaultAccountAdapter

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False

    def send_mail(self, template_prefix, email, context):
        """Send it at once, not through the outbox, where every colleague could read the link.

        A failure is only logged: an error page would reveal that this address has an account.
        """
        try:
            super().send_mail(template_prefix, email, context)
        except Exception as error:
            logger.error("No mail for an account could be sent (%s)", type(error).__name__)
