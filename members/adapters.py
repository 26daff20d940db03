"""How django-allauth meets our house."""

import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.utils.translation import get_language

from alliance.common.mailtexts.services import written
from alliance.common.models import Organisation
from alliance.common.outbox import queue_rendered


class AccountAdapter(DefaultAccountAdapter):
    """Mails go through the outbox; accounts are made by asking for a code, not by a sign-up form."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """There is no sign-up form."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue a sign-in code or a security notice like any other mail. Each is a mail of its own, so its key is random."""
        from allauth.core import context as allauth_context

        values = {"request": allauth_context.request, "email": email, **context}
        message: EmailMessage = self.render_mail(template_prefix, email, values)
        key = f"{template_prefix}:{secrets.token_hex(8)}"
        own = written(template_prefix, get_language() or settings.LANGUAGE_CODE, {"organisation": Organisation.load(), **values})
        subject, text = own or (str(message.subject), str(message.body))
        queue_rendered(template=template_prefix, to=email, key=key, subject=subject, text=text)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not for the first second factor: whoever adds it has just signed in, usually by a code, and has nothing else to prove it with."""
        from allauth.core import context as allauth_context

        if app == "allauth.mfa" and not is_mfa_enabled(allauth_context.request.user):
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def format_email_subject(self, subject: str) -> str:
        """The subject as the template has it."""
        return subject
