"""Every view names its permission, or says that it is public."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from alliance.common.exceptions import DomainError, Refusals


class PublicView:
    """View mixin that says: anybody may see this."""

    permission = None


class PermissionRequired:
    """View mixin: `permission` on what `get_permission_object` returns. Who is not signed in is asked to; who may not gets a 403.

    A view that must hide that a record exists raises Http404 in `get_permission_object`.
    """

    permission: str = ""

    def get_permission_object(self) -> Any:
        """The record the permission is about; None when it is about none."""
        return None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Check, then go on."""
        if not self.permission:
            raise ImproperlyConfigured(f"{type(self).__name__} names no permission.")
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.has_perm(self.permission, self.get_permission_object()):
            raise PermissionDenied
        response = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        # Pages behind a sign-in must not stay in a shared computer's cache (ASVS 14.3.2).
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response


def permission_required(permission: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """The same for a function view whose permission is about no record."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.user.has_perm(permission):
                raise PermissionDenied
            response = view(request, *args, **kwargs)
            response.headers.setdefault("Cache-Control", "no-store, private")
            return response

        return checked

    return decorate


class DomainErrorMixin:
    """FormView mixin: a DomainError in `perform` becomes an error of the form (at its field, if it names one); what was typed stays."""

    def perform(self, form: forms.Form) -> HttpResponse:
        """The one service call, and the answer after it."""
        raise NotImplementedError

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Call `perform`; show a refusal at the form."""
        try:
            return self.perform(form)
        except Refusals as refusals:
            for error in refusals.errors:
                form.add_error(None, error)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        return self.form_invalid(form)  # type: ignore[attr-defined]
