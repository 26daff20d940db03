"""The steps of an official notice, from the draft to the issue, correction and withdrawal."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliance.common.admin.workflow import WorkflowView
from alliance.common.clock import today
from notices.answers import DOCX, as_file
from notices.documents import notice_docx, notice_pdf
from notices.enums import IssuingBody
from notices.forms.body import LONGEST_TEXT, editor_html
from notices.forms.notices import AttachmentForm, AttachmentTextForm, NoticeForm, ReasonForm
from notices.gongwen.blocks import read_blocks
from notices.gongwen.fields import fill
from notices.gongwen.markup import text_from_html
from notices.gongwen.text import check
from notices.models import IssuingOffice, Notice, NoticeAttachment
from notices.selectors.findings import findings_of
from notices.services import drafting, issuing


class NewNotice(WorkflowView):
    """Draft."""

    model: Any = Notice
    permission = "notices.write_notice"
    title = _("New official notice")
    lead = _("A draft is made; the checks and the layout are shown before anything is issued.")
    button = _("Save the draft")
    form_class = NoticeForm

    def get_initial(self) -> dict[str, Any]:
        """Today, from the secretariat or the body that the address names."""
        body = self.request.GET.get("body", "")
        office = IssuingOffice.of(body if body in IssuingBody.values else IssuingBody.SECRETARIAT)
        return {"body": office.body, "dated_on": today(), "signature": office.signed(), "addressee": office.addressee}

    def perform_step(self, form: Any) -> Any:
        """Draft."""
        return drafting.draft_notice(actor=self.request.user, **form.cleaned_data)


class EditNotice(NewNotice):
    """Go on with a draft."""

    title = _("Edit the draft")
    lead = ""

    def get_initial(self) -> dict[str, Any]:
        """As it stands."""
        return {name: getattr(self.record, name) for name in NoticeForm.Meta.fields}

    def perform_step(self, form: Any) -> Any:
        """Change."""
        return drafting.change_draft(self.record, actor=self.request.user, **form.cleaned_data)


class CleanText(WorkflowView):
    """What the editor asks: pasted or edited HTML as text, and the text as HTML, with what the checks say of its form. Writes nothing."""

    model = Notice
    permission = "notices.write_notice"
    title = button = ""
    http_method_names = ("post",)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """`html` or `text` in, both out."""
        html = request.POST.get("html", "")
        text = text_from_html(html) if html else request.POST.get("text", "")[:LONGEST_TEXT]
        found = check(title="x", addressee="", body=text, signature="x", dated=True, attachments=99)
        said = gettext("Taken over with its structure.") + " " + " ".join(str(finding.message) for finding in found[:3])
        return JsonResponse({"text": text, "html": editor_html(text), "said": said.strip()})


class NoticeStep(WorkflowView):
    """A step that shows what the checks found and the whole text."""

    model = Notice
    panel_template = "notices/admin_notice.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Checks and text."""
        return super().get_context_data(**notice_panel(self.record), **kwargs)


class SubmitNotice(NoticeStep):
    """To review."""

    permission = "notices.write_notice"
    title = _("Give to review")
    lead = _("Somebody else reads and issues it.")
    button = _("Give to review")
    done = _("The notice waits for review.")

    def perform_step(self, form: Any) -> None:
        """Submit."""
        issuing.submit_notice(self.record, actor=self.request.user)


class ReturnNotice(NoticeStep):
    """Back to the author."""

    permission = "notices.issue_notice"
    title = _("Return to the author")
    button = _("Return")
    done = _("The notice is a draft again.")
    form_class = ReasonForm

    def perform_step(self, form: Any) -> None:
        """Return."""
        issuing.return_notice(self.record, actor=self.request.user, reason=form.cleaned_data["reason"])


class WithdrawNotice(WorkflowView):
    """Withdraw."""

    model = Notice
    permission = "notices.issue_notice"
    title = _("Withdraw the notice")
    lead = _("The number stays used, and the page says that it has been withdrawn. Those who got it are told.")
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


class ReuseNotice(WorkflowView):
    """A new draft that begins as this one."""

    model = Notice
    permission = "notices.write_notice"
    title = _("Use as a basis")
    lead = _("A new draft gets its words, addressees, signature and attachments; date and number are its own. This notice stays as it is.")
    button = _("Make the draft")
    done = _("The draft is made. Look through years, dates and names in it.")

    def perform_step(self, form: Any) -> Any:
        """Draft."""
        return drafting.draft_from(self.record, actor=self.request.user)


class Layout(WorkflowView):
    """The layout, also of a draft."""

    model = Notice
    permission = "notices.view_notice"
    title = button = _("PDF")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The PDF."""
        return as_file(notice_pdf(self.record), f"{self.record}.pdf", "application/pdf", inline=True)


class WordFile(WorkflowView):
    """The same as DOCX."""

    model = Notice
    permission = "notices.view_notice"
    title = button = _("Word file (DOCX)")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The DOCX."""
        return as_file(notice_docx(self.record), f"{self.record}.docx", DOCX)


class Attach(WorkflowView):
    """Add an attachment."""

    model = Notice
    permission = "notices.write_notice"
    title = _("Add an attachment")
    lead = _("It stands on a new page behind the signature, in the order in which attachments are added.")
    button = _("Add")
    done = _("The attachment is added.")
    form_class = AttachmentForm

    def perform_step(self, form: Any) -> None:
        """Keep it."""
        drafting.attach(self.record, actor=self.request.user, **form.cleaned_data)


class AttachmentStep(WorkflowView):
    """A step on one attachment of the notice."""

    model = Notice
    permission = "notices.write_notice"

    @cached_property
    def attachment(self) -> NoticeAttachment:
        """The attachment of the address."""
        found = self.record.attachments.filter(position=self.kwargs["position"]).first()
        if found is None:
            raise Http404
        return found


class ChangeAttachment(AttachmentStep):
    """Another name or text."""

    title = _("Edit the attachment")
    button = _("Save")
    done = _("Saved.")
    form_class = AttachmentTextForm

    def get_initial(self) -> dict[str, Any]:
        """As it stands."""
        return {"title": self.attachment.title, "text": self.attachment.text}

    def get_form(self, form_class: Any = None) -> forms.BaseForm:
        """A file has no text."""
        form = super().get_form(form_class)
        if self.attachment.file_id:
            del form.fields["text"]
        return form

    def perform_step(self, form: Any) -> None:
        """Save."""
        drafting.change_attachment(self.attachment, actor=self.request.user, title=form.cleaned_data["title"], text=form.cleaned_data.get("text", ""))


class Detach(AttachmentStep):
    """Take an attachment out."""

    title = _("Take the attachment out")
    button = _("Take out")
    done = _("The attachment is taken out.")
    danger = True

    def perform_step(self, form: Any) -> None:
        """Take it out."""
        drafting.detach(self.attachment, actor=self.request.user)


def notice_panel(notice: Notice) -> dict[str, Any]:
    """What the panel of a notice shows: checks, text with general words in its fields, attachments."""
    attachments = [
        {
            "row": row,
            "blocks": read_blocks(fill(row.text)),
            "change": reverse("admin:notices_notice_attachment", args=[notice.pk, row.position]),
            "detach": reverse("admin:notices_notice_detach", args=[notice.pk, row.position]),
        }
        for row in notice.attachments.select_related("file")
    ]
    return {"notice": notice, "findings": findings_of(notice), "blocks": read_blocks(fill(notice.text)), "attachments": attachments}
