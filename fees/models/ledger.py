"""The chart of accounts that the export for the accounting system uses."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel
from fees.enums import LedgerRole


@pghistory.track()
class LedgerAccount(TimestampedModel):
    """Number and name of the account that plays a part in our entries. One row for each part; finance writes its own numbers."""

    role = models.CharField(_("what it is for"), max_length=12, choices=LedgerRole.choices, unique=True)
    code = models.CharField(_("account number"), max_length=20)
    name = models.CharField(_("account name"), max_length=60)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("chart of accounts")
        ordering = ("code", "role")
        constraints = [models.CheckConstraint(condition=~models.Q(code="") & ~models.Q(name=""), name="ledger_account_is_named")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
