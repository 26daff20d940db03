"""Official notices in the admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from alliance.common.admin import AllianceModelAdmin, WorkflowButton, workflow_path
from alliance.common.admin.workflow import WorkflowView
from alliance.common.clock import today
from members.selectors.memberships import current_members
from notices.enums import NoticeState
from notices.gongwen.text import paragraphs
from notices.models import Notice
from notices.services import issuing


class NoticeForm(forms.ModelForm):
    """What stands in a notice."""

    class Meta:
        model = Notice
        fields = ("body", "title", "addressee", "text", "signature", "dated_on", "copy_line")
        widgets = {"text": forms.Textarea(attrs={"rows": 20}), "dated_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


class NewNotice(WorkflowView):
    """Draft."""

    model: Any = Notice
    permission = "notices.write_notice"
    title = _("New official notice")
    lead = _("A draft is made; the checks and the layout are shown before anything is issued.")
    button = _("Save the draft")
    form_class = NoticeForm

    def get_initial(self) -> dict[str, Any]:
        """Today, from the secretariat."""
        from alliance.common.models import Organisation

        organisation = Organisation.load()
        return {"dated_on": today(), "signature": f"{organisation.name}{organisation.secretariat}", "addressee": "各成员单位："}

    def perform_step(self, form: Any) -> Any:
        """Draft."""
        return issuing.draft_notice(actor=self.request.user, **form.cleaned_data)


class EditNotice(NewNotice):
    """Go on with a draft."""

    model = Notice
    title = _("Edit the draft")

    def get_initial(self) -> dict[str, Any]:
        """As it stands."""
        return {name: getattr(self.record, name) for name in NoticeForm.Meta.fields}

    def perform_step(self, form: Any) -> Any:
        """Change."""
        return issuing.change_draft(self.record, actor=self.request.user, **form.cleaned_data)


class SubmitNotice(WorkflowView):
    """To review."""

    model = Notice
    permission = "notices.write_notice"
    title = _("Give to review")
    lead = _("Somebody else reads and issues it.")
    button = _("Give to review")
    done = _("The notice waits for review.")
    panel_template = "notices/admin_notice.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Checks and text."""
        return super().get_context_data(notice=self.record, findings=issuing.findings(self.record), rows=paragraphs(self.record.text), **kwargs)

    def perform_step(self, form: Any) -> None:
        """Submit."""
        issuing.submit_notice(self.record, actor=self.request.user)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class ReturnNotice(SubmitNotice):
    """Back to the author."""

    permission = "notices.issue_notice"
    title = _("Return to the author")
    lead = ""
    button = _("Return")
    done = _("The notice is a draft again.")
    form_class = ReasonForm

    def perform_step(self, form: Any) -> None:
        """Return."""
        issuing.return_notice(self.record, actor=self.request.user, reason=form.cleaned_data["reason"])


class IssueForm(forms.Form):
    """From when."""

    members_from = forms.DateTimeField(
        label=_("Members see it from (Beijing time)"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("Empty: at once."),
    )
    public_from = forms.DateTimeField(
        label=_("Everybody sees it from (Beijing time)"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("Empty: only members."),
    )

    def clean(self) -> dict[str, Any]:
        """Members first (R12)."""
        data = super().clean() or {}
        if data.get("public_from") and data.get("members_from") and data["public_from"] < data["members_from"]:
            raise forms.ValidationError(_("Members must see it first."))
        return data


class IssueNotice(SubmitNotice):
    """Issue."""

    permission = "notices.issue_notice"
    title = _("Issue the notice")
    lead = _("It gets its number and can no longer be edited. Every member unit gets a mail with the PDF when its time comes.")
    button = _("Issue")
    done = _("The notice is issued.")
    form_class = IssueForm

    def perform_step(self, form: Any) -> None:
        """Issue."""
        issuing.issue_notice(self.record, actor=self.request.user, **form.cleaned_data)


class WithdrawNotice(WorkflowView):
    """Withdraw."""

    model = Notice
    permission = "notices.issue_notice"
    title = _("Withdraw the notice")
    lead = _("The number stays used, and the page says that it has been withdrawn.")
    button = _("Withdraw")
    done = _("The notice is withdrawn.")
    danger = True
    form_class = ReasonForm

    def perform_step(self, form: Any) -> None:
        """Withdraw."""
        issuing.withdraw_notice(self.record, actor=self.request.user, reason=form.cleaned_data["reason"])


class CorrectNotice(WorkflowView):
    """A later notice that corrects this one."""

    model = Notice
    permission = "notices.write_notice"
    title = _("Correct the notice")
    lead = _("A draft is made that names this notice; the issued one stays as it is.")
    button = _("Make the draft")

    def perform_step(self, form: Any) -> Any:
        """Draft."""
        return issuing.correct_notice(self.record, actor=self.request.user)


class DraftPdf(WorkflowView):
    """The layout, also of a draft."""

    model = Notice
    permission = "notices.view_notice"
    title = _("PDF")
    button = _("PDF")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The PDF."""
        return HttpResponse(issuing.pdf(self.record), content_type="application/pdf")


@admin.register(Notice)
class NoticeAdmin(AllianceModelAdmin):
    """Official notices."""

    list_display = ("number", "title", "body", "state", "dated_on", "author", "issued_by")
    list_filter = ("state", "body", "year")
    search_fields = ("number", "title", "text")
    list_select_related = ("author", "issued_by")
    list_before_template = "notices/admin_notice_list.html"
    exclude = ("text",)
    panels = ("notices/admin_notice.html",)
    workflow = [
        WorkflowButton("edit", _("Edit"), "notices.write_notice", show=lambda n: n.state == NoticeState.DRAFT),
        WorkflowButton("submit", _("Give to review"), "notices.write_notice", show=lambda n: n.state == NoticeState.DRAFT),
        WorkflowButton("issue", _("Issue"), "notices.issue_notice", show=lambda n: n.state == NoticeState.REVIEW),
        WorkflowButton("return", _("Return"), "notices.issue_notice", show=lambda n: n.state == NoticeState.REVIEW, secondary=True),
        WorkflowButton("layout", _("PDF"), "notices.view_notice", secondary=True),
        WorkflowButton("correct", _("Correct"), "notices.write_notice", show=lambda n: n.state == NoticeState.ISSUED, secondary=True),
        WorkflowButton("withdraw", _("Withdraw"), "notices.issue_notice", show=lambda n: n.state == NoticeState.ISSUED, danger=True),
    ]

    def panel_context(self, request: HttpRequest, obj: Notice) -> dict[str, Any]:
        """Checks, text, and who has read it."""
        read = obj.acknowledgements.select_related("institution").order_by("institution__name")
        silent = current_members().exclude(institution__in=read.values("institution"))
        return {"notice": obj, "findings": issuing.findings(obj), "rows": paragraphs(obj.text), "read": read, "silent": silent if obj.number else []}

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        new = path("new/", admin.site.admin_view(NewNotice.as_view()), name="notices_notice_new")
        views = {
            "edit": EditNotice,
            "submit": SubmitNotice,
            "issue": IssueNotice,
            "return": ReturnNotice,
            "layout": DraftPdf,
            "correct": CorrectNotice,
            "withdraw": WithdrawNotice,
        }
        return [new, *(workflow_path(view, name) for name, view in views.items()), *super().get_urls()]
