"""Sign-ins in the audit: who, when, from where, and the attempts that failed; and what follows a new second factor.

Listens to the framework's own signals.
"""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.signals import authenticator_added
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from alliance.common.audit import record
from members.models import User


@receiver(user_logged_in)
def signed_in(sender: Any, request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    """A person has signed in."""
    if request is not None:
        record("user.signed_in", user, actor=user)


@receiver(user_login_failed)
def signin_failed(sender: Any, credentials: dict[str, Any], **kwargs: Any) -> None:
    """A password was wrong; kept with the account it was tried on, if there is one."""
    address = credentials.get("email") or credentials.get("login") or credentials.get("username") or ""
    user = User.objects.filter(email=User.objects.normalize_email(str(address))).first()
    if user is not None:
        record("user.signin_failed", user, source="signin")


@receiver(authenticator_added)
def factor_added(sender: Any, request: HttpRequest, user: User, authenticator: Any, **kwargs: Any) -> None:
    """Whoever has just typed the new app's code (or touched the new key) is not asked for it again before seeing the recovery codes."""
    record_authentication(request, user, method="mfa", type=str(authenticator.type), id=authenticator.pk, reauthenticated=True)
