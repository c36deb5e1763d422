"""How staff log in; nobody else has an account."""

import logging

from allauth.account.adapter import DefaultAccountAdapter

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False

    def send_mail(self, template_prefix, email, context):
        """At once and not by the outbox, where every colleague could read the link.

        A mail server that is away must not turn into an error page that tells who has a login.
        """
        try:
            super().send_mail(template_prefix, email, context)
        except Exception as error:
            logger.error("No mail for an account could be sent (%s)", type(error).__name__)
