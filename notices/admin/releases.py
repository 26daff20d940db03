"""Mailings in the admin: progress, each recipient, pause and resume, reminders."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from alliance.common.admin import AllianceModelAdmin, WorkflowButton, workflow_path
from alliance.common.admin.workflow import WorkflowView
from alliance.common.models import OutboxMessage
from notices import mails
from notices.admin.notice_steps import notice_panel
from notices.enums import Fate, ReleaseState
from notices.forms.issue import IssueForm, SendForm, WordsForm
from notices.models import Notice, Recipient, Release
from notices.selectors.audiences import LeftOut, Resolved, resolve
from notices.services import issuing, releasing
from notices.services.drafting import refuse_unknown_fields

S = ReleaseState
SHOWN = 3
LONGEST_TABLE = 500
NO_TOKEN = "personal-link"  # noqa: S105 (stands in the link of a letter that is only shown)


class SendStep(WorkflowView):
    """A step that mails to many: first the list, who is left out, and letters as they will be; the second press sends."""

    model: Any = Notice
    permission = "notices.issue_notice"
    panel_template = "notices/admin_send.html"

    def planned(self, form: Any) -> tuple[Notice, dict[str, Any], bool]:
        """The notice, the conditions, and whether it is voluntary."""
        raise NotImplementedError

    def letters(self, form: Any, found: Resolved) -> list[OutboxMessage]:
        """The first letters, written and rolled back."""
        with transaction.atomic():
            notice, conditions, voluntary = self.planned(form)
            release = Release(notice=notice, conditions=conditions, is_voluntary=voluntary, words=form.cleaned_data.get("words", ""), pk=0)
            release.purpose = self.purpose_of(form)
            rows = [
                Recipient(release=release, institution=one.institution, person=one.person, name=one.person.name, email=one.email, why=one.why, token=NO_TOKEN)
                for one in found.addressees[:SHOWN]
            ]
            made = [mails.release_mail(row, personal=False) for row in rows]
            transaction.set_rollback(True)
        return made

    def purpose_of(self, form: Any) -> str:
        """What the mailing is for."""
        return "notice"

    def perform(self, form: Any) -> Any:
        """Show first, then do."""
        if "previewed" in self.request.POST:
            return super().perform(form)
        refuse_unknown_fields(words=form.cleaned_data.get("words", ""))
        _notice, conditions, voluntary = self.planned(form)
        found = resolve(conditions, voluntary=voluntary)
        if not found.addressees:
            raise releasing.NobodyLeft
        letters = self.letters(form, found)
        return self.render_to_response(self.get_context_data(form=form, letters=letters, letter_count=len(found.addressees), found=found))


class IssueNotice(SendStep):
    """Issue; where it is mailed, the list and the letters with the number they will have are shown first, and the number is not used up by that."""

    title = _("Issue the notice")
    lead = _("It gets its number and can no longer be edited. The mail with the PDF goes out when members may see it.")
    button = _("Issue")
    done = _("The official notice is issued.")
    form_class = IssueForm
    panel_template = "notices/admin_issue.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Checks and text, below the list."""
        return super().get_context_data(**notice_panel(self.record), **kwargs)

    def planned(self, form: Any) -> tuple[Notice, dict[str, Any], bool]:
        """As it would be once issued; the caller takes it back."""
        audience = form.cleaned_data["audience"]
        with transaction.atomic():
            issued = issuing.issue_notice(Notice.objects.get(pk=self.record.pk), actor=self.request.user, **form.cleaned_data)
            transaction.set_rollback(True)
        return issued, audience.conditions if audience else releasing.MEMBERS, False

    def perform(self, form: Any) -> Any:
        """Without a mail there is nothing to show."""
        return super().perform(form) if form.cleaned_data["is_mailed"] else super(SendStep, self).perform(form)

    def perform_step(self, form: Any) -> None:
        """Issue."""
        issuing.issue_notice(self.record, actor=self.request.user, **form.cleaned_data)


class SendNotice(SendStep):
    """One more mailing of an issued notice."""

    title = _("Send the notice")
    lead = _("The list is made when the mailing begins and stays as it is then.")
    button = _("Send")
    done = _("The mailing is planned.")
    form_class = SendForm

    def planned(self, form: Any) -> tuple[Notice, dict[str, Any], bool]:
        """As the form says."""
        audience = form.cleaned_data["audience"]
        return self.record, audience.conditions if audience else releasing.MEMBERS, form.cleaned_data["is_voluntary"]

    def perform_step(self, form: Any) -> Any:
        """Plan it."""
        _notice, conditions, _voluntary = self.planned(form)
        return releasing.plan_release(self.record, actor=self.request.user, conditions=conditions, **form.cleaned_data)


class TestNotice(WorkflowView):
    """To oneself."""

    __test__ = False
    model: Any = Notice
    permission = "notices.write_notice"
    title = _("Send a test mail to myself")
    lead = _("The mail as the first person on the list would get it, with the PDF.")
    button = _("Send the test mail")
    done = _("The test mail is on its way to your own address.")
    form_class = WordsForm

    def perform_step(self, form: Any) -> None:
        """Queue it."""
        releasing.send_test(self.record, actor=self.request.user, words=form.cleaned_data["words"])


class RemindSilent(SendStep):
    """Once more to those who are silent."""

    model: Any = Release
    title = _("Remind the silent ones")
    lead = _("A mail to those of this mailing whose unit has not acknowledged the notice, as it stands when the mail goes out.")
    button = _("Remind")
    done = _("The reminder is planned.")
    form_class = WordsForm

    def purpose_of(self, form: Any) -> str:
        """A reminder."""
        return "reminder"

    def planned(self, form: Any) -> tuple[Notice, dict[str, Any], bool]:
        """The silent ones."""
        return self.record.notice, {"recipients_of": [self.record.pk], "silent": True}, False

    def perform_step(self, form: Any) -> Any:
        """Plan it."""
        return releasing.remind_silent(self.record, actor=self.request.user, words=form.cleaned_data["words"])


class Pause(WorkflowView):
    """Stop for now."""

    model: Any = Release
    permission = "notices.issue_notice"
    title = _("Pause the mailing")
    lead = _("What has not gone out is held back until the mailing is resumed.")
    button = _("Pause")
    done = _("The mailing is paused.")

    def perform_step(self, form: Any) -> None:
        """Pause."""
        releasing.pause_release(self.record, actor=self.request.user)


class Resume(Pause):
    """Go on."""

    title = _("Resume the mailing")
    lead = _("It goes on where it stopped; nobody gets it twice.")
    button = _("Resume")
    done = _("The mailing goes on.")

    def perform_step(self, form: Any) -> None:
        """Resume."""
        releasing.resume_release(self.record, actor=self.request.user)


class Cancel(Pause):
    """Never."""

    title = _("Cancel the mailing")
    lead = _("What has not gone out never will.")
    button = _("Cancel the mailing")
    done = _("The mailing is cancelled.")
    danger = True

    def perform_step(self, form: Any) -> None:
        """Cancel."""
        releasing.cancel_release(self.record, actor=self.request.user)


@admin.register(Release)
class ReleaseAdmin(AllianceModelAdmin):
    """Mailings."""

    list_display = ("notice", "purpose", "state", "starts_at", "recipients_count", "made_by")
    list_filter = ("state", "purpose")
    search_fields = ("notice__title", "notice__number")
    list_select_related = ("notice", "made_by")
    fields = ("notice", "purpose", "audience", "state", "starts_at", "begun_at", "finished_at", "is_voluntary", "words", "made_by")
    panels = ("notices/admin_release.html",)
    workflow = [
        WorkflowButton("pause", _("Pause"), "notices.issue_notice", show=lambda r: r.state == S.SENDING),
        WorkflowButton("resume", _("Resume"), "notices.issue_notice", show=lambda r: r.state == S.PAUSED),
        WorkflowButton("remind", _("Remind the silent ones"), "notices.issue_notice", show=lambda r: r.state == S.DONE and r.purpose == "notice"),
        WorkflowButton("cancel", _("Cancel the mailing"), "notices.issue_notice", show=lambda r: r.state in {S.SCHEDULED, S.PAUSED}, danger=True),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the number of recipients."""
        from django.db.models import Count

        return super().get_queryset(request).annotate(recipients_counted=Count("recipients"))

    @admin.display(description=_("recipients"))
    def recipients_count(self, release: Any) -> int:
        """How many."""
        return release.recipients_counted

    def panel_context(self, request: HttpRequest, obj: Release) -> dict[str, Any]:
        """Progress, and the recipients, narrowed by `?fate=`."""
        rows = obj.recipients.with_fate().select_related("institution", "message").order_by("pk")
        wanted = request.GET.get("fate", "")
        if wanted in Fate.values:
            rows = rows.filter(fate=wanted)
        elif wanted == "silent":
            rows = rows.filter(has_acknowledged=False)
        counts = releasing.counts_of(obj)
        fates = [(value, label, counts["fates"][value]) for value, label in Fate.choices if counts["fates"].get(value)]
        labels = dict(Fate.choices)
        shown = [(row, labels[row.fate]) for row in rows[:LONGEST_TABLE]]
        planned = resolve(obj.conditions, voluntary=obj.is_voluntary) if obj.state == S.SCHEDULED else None
        left = [LeftOut(*row) for row in obj.left_out]
        return {"release": obj, "counts": counts, "fates": fates, "rows": shown, "wanted": wanted, "planned": planned, "left": left, "mails": ()}

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        views = {"pause": Pause, "resume": Resume, "cancel": Cancel, "remind": RemindSilent}
        return [*(workflow_path(view, name) for name, view in views.items()), *super().get_urls()]
