"""Outgoing mail, what came back, and the settings of both."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _

from alliance.common.admin.base import AllianceModelAdmin, WorkflowButton
from alliance.common.admin.workflow import WorkflowView, workflow_path
from alliance.common.delivery import confirm_sent, resend
from alliance.common.models import Bounce, DomainRate, MailSettings, OutboxMessage
from alliance.common.models.outbox import OutboxState


class Resend(WorkflowView):
    """Send a failed mail, or one of unknown fate, again."""

    model = OutboxMessage
    permission = "common.resend_mail"
    title = _("Send this mail again")
    lead = _("If it had arrived after all, the recipient gets it twice. Both carry the same Message-ID, and many mail programs show it once.")
    button = _("Send again")
    done = _("The mail is queued again.")
    panel_template = "admin/panel_mail.html"

    def perform_step(self, form: forms.BaseForm) -> Any:
        """Queue again."""
        return resend(self.record, actor=self.request.user)


class ConfirmSent(WorkflowView):
    """Settle a mail of unknown fate: it arrived."""

    model = OutboxMessage
    permission = "common.resend_mail"
    title = _("This mail arrived")
    lead = _("The recipient, or the mail server's log, says that it arrived. It is marked as sent and not sent again.")
    button = _("It arrived")
    done = _("The mail is marked as sent.")
    panel_template = "admin/panel_mail.html"

    def perform_step(self, form: forms.BaseForm) -> Any:
        """Mark."""
        return confirm_sent(self.record, actor=self.request.user)


@admin.register(OutboxMessage)
class OutboxAdmin(AllianceModelAdmin):
    """What went out, what waits, what failed and why."""

    list_display = ("created_at", "recipient", "subject", "state", "attempts", "last_error", "bounced_at")
    list_filter = ("state", "template")
    search_fields = ("recipient", "subject")
    fields = (
        "recipient", "subject", "state", "attempts", "next_attempt_at", "claimed_at", "sent_at", "bounced_at", "last_error", "priority", "key", "template",
        "message_id", "critical",
    )  # fmt: skip
    panels = ("admin/panel_mail.html",)
    workflow = [
        WorkflowButton("confirm", _("It arrived"), "common.resend_mail", show=lambda m: m.state == OutboxState.UNKNOWN),
        WorkflowButton("resend", _("Send again"), "common.resend_mail", show=lambda m: m.state in {OutboxState.FAILED, OutboxState.UNKNOWN}),
    ]

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        return [workflow_path(Resend, "resend"), workflow_path(ConfirmSent, "confirm"), *super().get_urls()]


@admin.register(Bounce)
class BounceAdmin(AllianceModelAdmin):
    """What came back, and why."""

    list_display = ("received_at", "recipient", "kind", "source", "code", "reason", "message")
    list_filter = ("kind", "source")
    search_fields = ("recipient", "reason")
    list_select_related = ("message",)
    fields = ("recipient", "kind", "source", "code", "reason", "message", "received_at")
    readonly_fields = ("received_at",)


@admin.register(MailSettings)
class MailSettingsAdmin(AllianceModelAdmin):
    """One row: its list leads straight to it."""

    fields = editable_fields = ("per_minute", "domain_per_minute", "bounce_address", "quiet_from", "quiet_until", "only_workdays", "catch_up_days")
    panels = ("admin/panel_versions.html",)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is only one."""
        return redirect(reverse("admin:common_mailsettings_change", args=[MailSettings.load().pk]))

    def panel_context(self, request: HttpRequest, obj: MailSettings) -> dict[str, Any]:
        """What stood here before."""
        return {"versions": versions(obj, self.editable_fields)}


@admin.register(DomainRate)
class DomainRateAdmin(AllianceModelAdmin):
    """Domains with a rate of their own."""

    list_display = ("domain", "per_minute")
    fields = ("domain", "per_minute")
    editable_fields = ("per_minute",)
    panels = ("admin/panel_versions.html",)

    def panel_context(self, request: HttpRequest, obj: DomainRate) -> dict[str, Any]:
        """What stood here before."""
        return {"versions": versions(obj, ("per_minute",))}


def versions(obj: Any, fields: tuple[str, ...]) -> list[dict[str, Any]]:
    """The versions that pghistory kept, newest first, each with who made it and what differs from the one before."""
    events = list(type(obj).pgh_event_models["update"].objects.filter(pgh_obj=obj).select_related("pgh_context").order_by("pgh_created_at", "pgh_id"))
    rows, before = [], None
    for event in events:
        changed = [
            (str(obj._meta.get_field(name).verbose_name), getattr(before, name, None), getattr(event, name))
            for name in fields
            if before is None or getattr(before, name) != getattr(event, name)
        ]
        who = (event.pgh_context.metadata if event.pgh_context else {}).get("user")
        rows.append({"at": event.pgh_created_at, "user": who, "changed": changed, "first": before is None})
        before = event
    return list(reversed(rows))
