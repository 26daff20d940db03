"""Official notices in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from alliance.common.admin import AllianceModelAdmin, WorkflowButton, workflow_path
from members.selectors.memberships import current_members
from notices.admin import notice_steps as steps
from notices.admin.releases import IssueNotice, SendNotice, TestNotice
from notices.enums import NoticeState
from notices.models import IssuingOffice, Notice


@admin.register(IssuingOffice)
class IssuingOfficeAdmin(AllianceModelAdmin):
    """What stands on a body's notices, and who reviews them."""

    list_display = ("body", "number_word", "mark", "needs_review")
    editable_fields = ("number_word", "mark", "signature", "addressee", "needs_review")

    def get_queryset(self, request: HttpRequest) -> Any:
        """All bodies, also those that have not issued yet."""
        for body in IssuingOffice._meta.get_field("body").choices or ():
            IssuingOffice.of(body[0])
        return super().get_queryset(request)


def _needs_no_review(notice: Notice) -> bool:
    return notice.state == NoticeState.DRAFT and not IssuingOffice.of(notice.body).needs_review


@admin.register(Notice)
class NoticeAdmin(AllianceModelAdmin):
    """Official notices."""

    list_display = ("number", "title", "body", "state", "dated_on", "author", "issued_by")
    list_display_links = ("number", "title")
    list_filter = ("state", "body", "year")
    search_fields = ("number", "title", "text")
    list_select_related = ("author", "issued_by")
    list_before_template = "notices/admin_notice_list.html"
    fields = (
        "number",
        "title",
        "body",
        "state",
        "addressee",
        "signature",
        "dated_on",
        "copy_line",
        "corrects",
        "author",
        "issued_by",
        "issued_at",
        "members_from",
        "public_from",
        "withdrawn_reason",
    )
    panels = ("notices/admin_notice.html",)
    workflow = [
        WorkflowButton("edit", _("Edit"), "notices.write_notice", show=lambda n: n.state == NoticeState.DRAFT),
        WorkflowButton("attach", _("Add an attachment"), "notices.write_notice", show=lambda n: n.state == NoticeState.DRAFT, secondary=True),
        WorkflowButton("submit", _("Give to review"), "notices.write_notice", show=lambda n: n.state == NoticeState.DRAFT),
        WorkflowButton("issue", _("Issue"), "notices.issue_notice", show=lambda n: n.state == NoticeState.REVIEW or _needs_no_review(n)),
        WorkflowButton("return", _("Return"), "notices.issue_notice", show=lambda n: n.state == NoticeState.REVIEW, secondary=True),
        WorkflowButton("layout", _("PDF"), "notices.view_notice", secondary=True),
        WorkflowButton("word", _("Word file (DOCX)"), "notices.view_notice", secondary=True),
        WorkflowButton("page", _("Its page"), "notices.view_notice", show=lambda n: bool(n.number), secondary=True, url=lambda n: n.get_absolute_url()),
        WorkflowButton("send", _("Send"), "notices.issue_notice", show=lambda n: n.state == NoticeState.ISSUED),
        WorkflowButton("test", _("Test mail to myself"), "notices.write_notice", secondary=True),
        WorkflowButton("correct", _("Correct"), "notices.write_notice", show=lambda n: n.state == NoticeState.ISSUED, secondary=True),
        WorkflowButton("reuse", _("Use as a basis"), "notices.write_notice", secondary=True),
        WorkflowButton("withdraw", _("Withdraw"), "notices.issue_notice", show=lambda n: n.state == NoticeState.ISSUED, danger=True),
    ]

    def panel_context(self, request: HttpRequest, obj: Notice) -> dict[str, Any]:
        """Checks, text, and who has read it."""
        read = obj.acknowledgements.select_related("institution").order_by("institution__name")
        silent = current_members().exclude(institution__in=read.values("institution"))
        return {
            **steps.notice_panel(obj),
            "read": read,
            "silent": silent if obj.number else [],
            "may_edit": obj.state == NoticeState.DRAFT,
            "releases": obj.releases.all(),
            "mails": (),
        }

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        views = {
            "edit": steps.EditNotice,
            "attach": steps.Attach,
            "submit": steps.SubmitNotice,
            "issue": IssueNotice,
            "return": steps.ReturnNotice,
            "layout": steps.Layout,
            "word": steps.WordFile,
            "send": SendNotice,
            "test": TestNotice,
            "correct": steps.CorrectNotice,
            "reuse": steps.ReuseNotice,
            "withdraw": steps.WithdrawNotice,
        }
        guard = admin.site.admin_view
        own = [
            path("new/", guard(steps.NewNotice.as_view()), name="notices_notice_new"),
            path("clean/", guard(steps.CleanText.as_view()), name="notices_notice_clean"),
            path("<int:pk>/attachments/<int:position>/", guard(steps.ChangeAttachment.as_view()), name="notices_notice_attachment"),
            path("<int:pk>/attachments/<int:position>/remove/", guard(steps.Detach.as_view()), name="notices_notice_detach"),
        ]
        return [*own, *(workflow_path(view, name) for name, view in views.items()), *super().get_urls()]
