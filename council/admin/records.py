"""The council's records in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from alliance.common.admin import AllianceModelAdmin, WorkflowButton, workflow_path
from council.admin import steps
from council.admin.filters import LeftFilter
from council.admin.panels import ballot_panel
from council.enums import BallotStatus
from council.forms.seats import ProcedureToComeForm
from council.models import Ballot, Body, Procedure, Seat
from council.selectors.electorate import is_to_come
from members.admin.searching import InstitutionSearch
from members.services.people import give_account


@admin.register(Ballot)
class BallotAdmin(AllianceModelAdmin):
    """Ballots: staff see how many have voted, never what, before the close."""

    list_display = ("title", "body", "status", "closes_at", "closed_at")
    list_filter = ("status", "body", LeftFilter)
    search_fields = ("title",)
    list_select_related = ("body",)
    fields = (
        "title",
        "body",
        "status",
        "held",
        "introduction",
        "procedure",
        "discussion_from",
        "opens_at",
        "opened_at",
        "closes_at",
        "closed_at",
        "extension_reason",
        "cancel_reason",
    )
    panels = ("council/admin_ballot.html",)
    list_before_template = "council/admin_ballot_list.html"
    workflow = [
        WorkflowButton("open", _("Open"), "council.manage_ballots", show=lambda b: b.status == BallotStatus.DRAFT),
        WorkflowButton("motion", _("Add a motion"), "council.manage_ballots", show=lambda b: b.status == BallotStatus.DRAFT, secondary=True),
        WorkflowButton("edit", _("Edit the draft"), "council.manage_ballots", show=lambda b: b.status == BallotStatus.DRAFT, secondary=True),
        WorkflowButton("preview", _("Preview"), "council.view_ballot", show=lambda b: b.status == BallotStatus.DRAFT, secondary=True),
        WorkflowButton(
            "discuss",
            _("Open the discussion"),
            "council.manage_ballots",
            show=lambda b: b.status == BallotStatus.DRAFT and not b.discussion_from,
            secondary=True,
        ),
        WorkflowButton("schedule", _("Open at a time"), "council.manage_ballots", show=lambda b: b.status == BallotStatus.DRAFT, secondary=True),
        WorkflowButton("meeting", _("Enter the result of a meeting"), "council.manage_ballots", show=lambda b: b.status == BallotStatus.DRAFT, secondary=True),
        WorkflowButton(
            "proxy",
            _("Enter a proxy"),
            "council.manage_ballots",
            show=lambda b: b.status == BallotStatus.OPEN and b.procedure.proxies_allowed,
            secondary=True,
        ),
        WorkflowButton(
            "unproxy",
            _("Take a proxy back"),
            "council.manage_ballots",
            show=lambda b: b.status == BallotStatus.OPEN and b.procedure.proxies_allowed and b.electors.exclude(proxy_given=None).exists(),
            secondary=True,
        ),
        WorkflowButton("round", _("New round"), "council.manage_ballots", show=lambda b: b.status == BallotStatus.CLOSED, secondary=True),
        WorkflowButton("verify", _("Verify"), "council.view_ballot", show=lambda b: b.status == BallotStatus.CLOSED, secondary=True),
        WorkflowButton("extend", _("Extend"), "council.manage_ballots", show=lambda b: b.status == BallotStatus.OPEN, secondary=True),
        WorkflowButton("letters", _("Letters"), "council.manage_ballots", show=lambda b: b.status == BallotStatus.OPEN, secondary=True),
        WorkflowButton("close", _("Close now"), "council.manage_ballots", show=lambda b: b.status == BallotStatus.OPEN),
        WorkflowButton("cancel", _("Cancel"), "council.manage_ballots", show=lambda b: b.status in {BallotStatus.DRAFT, BallotStatus.OPEN}, danger=True),
        WorkflowButton(
            "minutes",
            _("Minutes (PDF)"),
            "council.view_ballot",
            show=lambda b: b.status == BallotStatus.CLOSED,
            url=lambda b: reverse("council:minutes", args=[b.pk]),
        ),
        WorkflowButton(
            "minutes_docx",
            _("Minutes (DOCX)"),
            "council.view_ballot",
            show=lambda b: b.status == BallotStatus.CLOSED,
            secondary=True,
            url=lambda b: reverse("council:minutes_docx", args=[b.pk]),
        ),
    ]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By the step."""
        return False

    def panel_context(self, request: HttpRequest, obj: Ballot) -> dict[str, Any]:
        """Motions, participation, results once there are any."""
        return ballot_panel(obj, request.user)

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        views = {
            "motion": steps.AddMotion,
            "edit": steps.EditDraft,
            "preview": steps.Preview,
            "discuss": steps.Discuss,
            "schedule": steps.Schedule,
            "meeting": steps.MeetingResult,
            "proxy": steps.GiveProxy,
            "unproxy": steps.RevokeProxy,
            "round": steps.NewRound,
            "verify": steps.Verify,
            "open": steps.OpenBallot,
            "letters": steps.Letters,
            "close": steps.CloseBallot,
            "extend": steps.ExtendBallot,
            "cancel": steps.CancelBallot,
        }
        return [
            path("new/", admin.site.admin_view(steps.NewBallot.as_view()), name="council_ballot_new"),
            *(workflow_path(view, name) for name, view in views.items()),
            *super().get_urls(),
        ]


@admin.register(Body)
class BodyAdmin(AllianceModelAdmin):
    """Bodies."""

    list_display = ("name", "code", "electorate")
    editable_fields = ("name", "electorate", "good_standing_only")


@admin.register(Seat)
class SeatAdmin(InstitutionSearch, AllianceModelAdmin):
    """Seats and who holds them."""

    list_display = ("institution", "person", "office", "body", "term_from", "term_until")
    list_filter = ("body", "office")
    search_fields = ("person__name",)
    list_select_related = ("institution", "person", "body")
    autocomplete_fields = ("institution", "person")
    editable_fields = ("office", "term_until")
    workflow = [WorkflowButton("replace", _("Replace the holder"), "council.change_seat", secondary=True)]

    def save_model(self, request: HttpRequest, obj: Seat, form: Any, change: bool) -> None:
        """Who holds a seat can sign in to vote."""
        super().save_model(request, obj, form, change)
        give_account(obj.person)

    def get_urls(self) -> list[URLPattern]:
        """The step."""
        return [workflow_path(steps.ReplaceHolder, "replace"), *super().get_urls()]


@admin.register(Procedure)
class ProcedureAdmin(AllianceModelAdmin):
    """Rules of procedure; a new day gets a new row, so that what was decided keeps its rules."""

    list_display = ("body", "effective_from", "clause", "is_sample")
    list_select_related = ("body",)
    editable_fields = ("clause", "is_sample", "reminder_days")
    workflow = [
        WorkflowButton("whatif", _("What if?"), "council.view_procedure", secondary=True),
        WorkflowButton("withdraw", _("Withdraw"), "council.change_procedure", show=is_to_come, danger=True),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Until they are in force rules can be corrected, all but the body; afterwards only what decides nothing."""
        fixed = super().get_readonly_fields(request, obj)
        return ["body"] if obj is not None and is_to_come(obj) else fixed

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Rules that may still be corrected stay rules to come: no day that has passed."""
        return super().get_form(request, obj, change, **({"form": ProcedureToComeForm, **kwargs} if obj is not None and is_to_come(obj) else kwargs))

    def get_urls(self) -> list[URLPattern]:
        """The trial, and the way back."""
        return [workflow_path(steps.WhatIf, "whatif"), workflow_path(steps.WithdrawProcedure, "withdraw"), *super().get_urls()]
