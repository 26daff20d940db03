"""Who can sign in, and which staff roles they have."""

from typing import Any, ClassVar

import rules
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.enums import Role


class UserManager(BaseUserManager["User"]):
    """Makes users; an address is kept in lower case, since no mail server in the field tells letters apart."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new user; without a password only the e-mail code opens the door."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """Trimmed and in lower case."""
        return (email or "").strip().lower()

    def get_by_natural_key(self, email: str | None) -> "User":
        """Find by address, whatever its case."""
        return self.get(email=self.normalize_email(email))


class User(AbstractBaseUser):
    """Somebody who can sign in. What they may do follows from StaffRole, from a council seat, from being a unit's liaison: never from a flag."""

    email = models.EmailField(_("e-mail"), unique=True, error_messages={"unique": _("There is already an account with this address.")})
    name = models.CharField(_("name"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    is_active = models.BooleanField(_("active"), default=True, help_text=_("Switched off instead of deleted: the history keeps the name."))
    date_joined = models.DateTimeField(_("registered"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    # There is no such person here; Django and packages ask for the attribute.
    is_superuser = False

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ("email",)
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique_whatever_case")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """The name, or the address until one is known."""
        return str(self)

    get_short_name = get_full_name

    @property
    def roles(self) -> frozenset[str]:
        """The staff roles in force."""
        if not hasattr(self, "_roles"):
            self._roles = frozenset(self.staff_roles.values_list("role", flat=True)) if self.pk else frozenset()
        return self._roles

    @property
    def is_staff(self) -> bool:
        """Whether any staff role is held: the key to the admin's door, to nothing behind it."""
        return self.is_active and bool(self.roles)

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Whether a named rule grants the permission (on `obj`). No backend with tables of permissions is asked: there are none."""
        return self.is_active and rules.has_perm(perm, self, obj)

    def has_perms(self, perm_list: list[str], obj: Any = None) -> bool:
        """Whether all of them are granted."""
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        """Whether the app shows in the admin: each model asks for itself."""
        return self.is_staff


class StaffRole(models.Model):
    """A role given to a member of staff."""

    user = models.ForeignKey(User, models.CASCADE, related_name="staff_roles", verbose_name=_("user"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    granted_at = models.DateTimeField(_("granted"), auto_now_add=True)
    granted_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("granted by"))

    class Meta:
        verbose_name = _("staff role")
        verbose_name_plural = _("staff roles")
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="staff_role_once_per_user")]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
