"""Reminders in the admin: the rules, and the calendar of what they will send."""

import datetime as dt
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from alliance.common.admin import AllianceModelAdmin
from alliance.common.admin.mail import versions
from alliance.common.clock import today
from alliance.common.mailtexts.services import variants_of
from alliance.common.models import MailSettings, OutboxMessage
from notices.enums import Audience
from notices.models import ReminderRule
from notices.services.reminders import Due, due_between, due_today, ensure_default_rules
from notices.sources import SOURCES

CALENDAR_DAYS = 30
FIELDS = ("kind", "offset_days", "working_days", "audience", "variant", "is_active")


class ReminderRuleForm(forms.ModelForm):
    """A rule that can be carried out."""

    class Meta:
        model = ReminderRule
        fields = FIELDS

    def clean(self) -> dict[str, Any]:
        """The text must exist, and a role only be chosen where there is a unit."""
        values = super().clean() or {}
        source = SOURCES.get(values.get("kind") or self.instance.kind)
        audience, variant = values.get("audience", ""), values.get("variant", "")
        if source is None:
            return values
        if audience in {Audience.LIAISON, Audience.FINANCE, Audience.HEAD} and not source.by_role:
            self.add_error("audience", gettext("This reminder goes to single people, not to roles of a unit."))
        known = variants_of(source.template)
        if variant and variant not in known:
            self.add_error(
                "variant", gettext("This mail has no variant “%(name)s”. There are: %(known)s.") % {"name": variant, "known": "、".join(known) or "—"}
            )
        return values


@admin.register(ReminderRule)
class ReminderRuleAdmin(AllianceModelAdmin):
    """What is sent when, and to whom; above the list, what goes out today."""

    form = ReminderRuleForm
    list_display = ("kind", "when", "audience", "variant", "is_active")
    list_filter = ("kind", "is_active")
    fields = FIELDS
    editable_fields = FIELDS
    list_before_template = "notices/admin_today.html"
    panels = ("admin/panel_versions.html",)

    @admin.display(description=_("when"), ordering="offset_days")
    def when(self, rule: ReminderRule) -> str:
        """In words."""
        return rule.when

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With today's reminders."""
        ensure_default_rules()
        return super().changelist_view(request, {**(extra_context or {}), "today": due_today(today())})

    def panel_context(self, request: HttpRequest, obj: ReminderRule) -> dict[str, Any]:
        """What stood here before."""
        return {"versions": versions(obj, FIELDS)}

    def get_urls(self) -> list[URLPattern]:
        """With the calendar."""
        calendar = admin.site.admin_view(ReminderCalendar.as_view())
        return [path("calendar/", calendar, name="notices_reminderrule_calendar"), *super().get_urls()]


class ReminderCalendar(TemplateView):
    """What will go out in the next thirty days, if nothing is settled before; what has gone out already is marked."""

    template_name = "notices/admin_calendar.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """By day."""
        if not self.request.user.has_perm("notices.view_reminderrule"):
            raise PermissionDenied
        ensure_default_rules()
        first = today()
        dues = due_between(first, first + dt.timedelta(days=CALENDAR_DAYS - 1))
        sent = set(OutboxMessage.objects.filter(key__in={due.key for due in dues}).values_list("recipient", "key"))
        days = [(day, [self.row(due, sent) for due in group]) for day, group in groupby(dues, key=lambda due: due.day)]
        return {
            **admin.site.each_context(self.request),
            **super().get_context_data(**kwargs),
            "title": gettext("Calendar of reminders"),
            "days": days,
            "count": len(dues),
            "settings": MailSettings.load(),
        }

    @staticmethod
    def row(due: Due, sent: set[tuple[str, str]]) -> dict[str, Any]:
        """One mail."""
        return {"rule": due.rule, "to": due.to, "person": due.person, "cause": due.cause, "sent": (due.to.strip().lower(), due.key) in sent}
