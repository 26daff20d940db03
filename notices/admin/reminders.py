"""Reminders in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from alliance.common.admin import AllianceModelAdmin
from alliance.common.clock import today
from notices.models import ReminderRule
from notices.services.reminders import due_today, ensure_default_rules


@admin.register(ReminderRule)
class ReminderRuleAdmin(AllianceModelAdmin):
    """What is sent when; above the list, what goes out today."""

    list_display = ("kind", "offset_days", "is_active")
    list_filter = ("kind", "is_active")
    editable_fields = ("offset_days", "is_active")
    list_before_template = "notices/admin_today.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With today's reminders."""
        ensure_default_rules()
        return super().changelist_view(request, {**(extra_context or {}), "today": list(due_today(today()))})
