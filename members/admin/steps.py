"""Screening, roles and the import as pages of the admin."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from alliance.common.admin.workflow import WorkflowView
from alliance.common.exceptions import DomainError
from alliance.common.files import SPREADSHEETS, store
from alliance.common.jobs import start_job
from alliance.common.models import Job, StoredFile
from alliance.common.models.jobs import JobState
from members.admin.screening_panel import ScreeningStep
from members.enums import Role
from members.forms.screening import DeclineForm, LinkForm, PassForm, ReturnForm
from members.forms.staff import ImportForm, NewUserForm, RevokeForm
from members.importing.moe import read_list
from members.models import Institution, StaffRole, User
from members.services.accounts import ensure_user, grant_role, revoke_role
from members.services.importing import in_words, plan_import
from members.services.screening import check_institution, decline, pass_to_council, return_for_correction


class Return(ScreeningStep):
    """Back to the applicant with what has to be mended."""

    previews_mail = True
    title = _("Return for correction")
    lead = _("The applicant gets these points by e-mail and sees them in the form. A new seal is needed when answers change.")
    button = _("Return and notify the applicant")
    done = _("Returned; the applicant has been written to.")
    form_class = ReturnForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """Of which application: its questions are points, too."""
        return super().get_form_kwargs() | {"application": self.record}

    def perform_step(self, form: Any) -> Any:
        """Return."""
        return return_for_correction(self.record, actor=self.request.user, points=form.points())


class Pass(ScreeningStep):
    """To the council."""

    title = _("Pass to the council")
    lead = _("The unit qualifies. The application then waits to be put to the vote; nobody is written to yet.")
    button = _("Pass to the council")
    done = _("Passed. Put it to the vote with a new ballot.")
    form_class = PassForm

    def perform_step(self, form: Any) -> Any:
        """Pass."""
        return pass_to_council(self.record, actor=self.request.user, recommendation=form.cleaned_data["recommendation"])


class Decline(ScreeningStep):
    """The unit does not qualify."""

    previews_mail = True
    title = _("Decline the application")
    lead = _("The applicant gets the reason by e-mail. This cannot be undone; they may apply again.")
    button = _("Decline and notify the applicant")
    done = _("Declined; the applicant has been written to.")
    danger = True
    form_class = DeclineForm

    def perform_step(self, form: Any) -> Any:
        """Decline."""
        return decline(self.record, actor=self.request.user, reason=form.cleaned_data["reason"])


class Link(ScreeningStep):
    """Check an institution that the applicant typed."""

    title = _("Link the typed institution")
    button = _("Link")
    done = _("The institution is linked.")
    form_class = LinkForm

    def perform_step(self, form: Any) -> Any:
        """Link, or add."""
        return check_institution(self.record, actor=self.request.user, institution=form.cleaned_data["institution"])


class ImportList(WorkflowView):
    """Upload, read, say what would change; then take over in the background."""

    model = Institution
    permission = "members.import_institutions"
    title = _("Import the ministry's list")
    lead = _("The file is read and compared first; nothing is changed before you confirm.")
    button = _("Read and compare")
    form_class = ImportForm

    def perform(self, form: Any) -> HttpResponse:
        """Keep the file and show the comparison."""
        stored = store(form.cleaned_data["file"], owner=None, purpose="moe-list", actor=self.request.user, allowed=SPREADSHEETS - {"text/csv"})
        with stored.content.open("rb") as handle:
            read_list(handle.read())
        return redirect("admin:members_institution_import_confirm", stored.pk)


class ConfirmImport(WorkflowView):
    """What the import would do; the button does it. The record is the uploaded file."""

    model = StoredFile
    permission = "members.import_institutions"
    title = _("Import the ministry's list: compare")
    button = _("Take over")
    panel_template = "members/admin_import.html"
    done = _("The import runs in the background.")

    def record_url(self, obj: Any = None) -> str:
        """To the job; before there is one, to the institutions."""
        from django.urls import reverse

        return reverse("admin:common_job_change", args=[obj.pk]) if obj is not None else reverse("admin:members_institution_changelist")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The comparison."""
        with self.record.content.open("rb") as handle:
            plan = plan_import(read_list(handle.read()))
        changed = [(institution, row, in_words(changes)) for institution, row, changes in plan.changed[:200]]
        context = super().get_context_data(plan=plan, counts=plan.counts(), changed=changed, missing=plan.missing[:200], **kwargs)
        # The record is the uploaded file; the way back leads to the institutions.
        plural = Institution._meta.verbose_name_plural
        return context | {"list_url": self.record_url(), "list_name": plural, "back": self.record_url(), "opts": Institution._meta}

    def perform(self, form: Any) -> HttpResponse:
        """Start the job."""
        running = Job.objects.filter(kind="import_institutions", file=self.record).exclude(state=JobState.FAILED).first()
        job = running or start_job("import_institutions", actor=self.request.user, file=self.record)
        return redirect("admin:common_job_change", job.pk)


class NewStaff(WorkflowView):
    """Give somebody a staff role; they sign in by e-mail code and set up a second factor."""

    model = User
    permission = "members.add_staffrole"
    title = _("Add a member of staff")
    button = _("Add")
    done = _("Added. They sign in with a code by e-mail and are asked to set up a second factor.")
    form_class = NewUserForm

    def perform_step(self, form: Any) -> Any:
        """Make the user if needed, grant the role."""
        user = ensure_user(form.cleaned_data["email"], name=form.cleaned_data["name"])
        grant_role(user, Role(form.cleaned_data["role"]), actor=self.request.user)
        return user


class RevokeRole(WorkflowView):
    """Take a staff role away; nobody can take their own."""

    model = User
    permission = "members.delete_staffrole"
    title = _("Withdraw a role")
    button = _("Withdraw")
    done = _("The role has been withdrawn.")
    danger = True
    form_class = RevokeForm

    def perform_step(self, form: Any) -> Any:
        """Withdraw."""
        if self.record == self.request.user:
            raise DomainError(_("You cannot withdraw your own role."))
        granted = StaffRole.objects.filter(user=self.record, role=form.cleaned_data["role"]).first()
        if granted is None:
            raise DomainError(_("This person does not have that role."))
        revoke_role(granted, actor=self.request.user)


__all__ = ["ConfirmImport", "Decline", "ImportList", "Link", "NewStaff", "Pass", "Return", "RevokeRole"]
