"""The chart of accounts in the admin."""

from django.contrib import admin

from alliance.common.admin import AllianceModelAdmin
from fees.models import LedgerAccount


@admin.register(LedgerAccount)
class LedgerAccountAdmin(AllianceModelAdmin):
    """Numbers and names of the accounts in the export for the accounting system."""

    list_display = ("role", "code", "name")
    editable_fields = ("code", "name")
