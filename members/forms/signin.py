"""Signing in."""

import unicodedata

from allauth.account.forms import ConfirmLoginCodeForm, LoginForm, RequestLoginCodeForm
from django.utils.translation import gettext_lazy as _

from members.services.accounts import ensure_user


class RequestCodeForm(RequestLoginCodeForm):
    """Ask for a sign-in code. An address we do not know gets an account on the spot: the code proves that it is theirs."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")
        self.fields["email"].help_text = _("We send a code to this address. There is no password to remember.")
        self.fields["email"].widget.attrs.update({"autocomplete": "email", "inputmode": "email"})

    def full_clean(self) -> None:
        """Full-width letters and ＠, as Chinese keyboards write them, are as good as plain ones."""
        if self.is_bound and "email" in self.data:
            self.data = self.data.copy()
            self.data["email"] = unicodedata.normalize("NFKC", self.data["email"]).strip()
        super().full_clean()

    def clean_email(self) -> str:
        """Normalise the address and make sure there is an account; the limits on asking are allauth's."""
        self.cleaned_data["email"] = self.cleaned_data["email"].strip().lower()
        ensure_user(self.cleaned_data["email"])
        return super().clean_email()


class ConfirmCodeForm(ConfirmLoginCodeForm):
    """The code from the mail, typed on whatever keyboard."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code from the e-mail")

    def full_clean(self) -> None:
        """Full-width letters and dashes are as good as plain ones; a wrong attempt counts, so they are folded first."""
        if self.is_bound and "code" in self.data:
            self.data = self.data.copy()
            self.data["code"] = unicodedata.normalize("NFKC", self.data["code"]).strip()
        super().full_clean()


class PasswordLoginForm(LoginForm):
    """Sign in with a password: for staff, who need a second factor after it."""

    def clean_login(self) -> str:
        """Addresses are kept in lower case."""
        return super().clean_login().strip().lower()
