"""Screening, roles and the import as pages of the admin."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from alliance.common.admin.workflow import WorkflowView
from alliance.common.exceptions import DomainError
from alliance.common.files import SPREADSHEETS, store
from alliance.common.jobs import start_job
from alliance.common.models import Job, StoredFile
from alliance.common.models.jobs import JobState
from members.answers import PARTS, asked, question_field
from members.enums import Role
from members.forms.naming import InstitutionNameForm
from members.importing.moe import read_list
from members.models import Application, CorrectionPoint, Institution, ReasonTemplate, StaffRole, User
from members.services.accounts import ensure_user, grant_role, revoke_role
from members.services.importing import in_words, plan_import
from members.services.screening import check_institution, decline, pass_to_council, return_for_correction

FIELD_CHOICES = [("", _("In general")), ("scan", _("Sealed form"))] + [
    (name, Application._meta.get_field(name).verbose_name) for part in PARTS for name in part.fields if part.slug != "consents"
]
POINTS = 5


class ReturnForm(forms.Form):
    """Up to five points, each tied to a field; or a text that recurs."""

    template = forms.ModelChoiceField(
        ReasonTemplate.objects.filter(for_declining=False), label=_("Text that recurs"), required=False, help_text=_("Becomes a point of its own.")
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        questions = [(question_field(question), question.text[:80]) for question, _value in asked(application)]
        for number in range(1, POINTS + 1):
            self.fields[f"field_{number}"] = forms.ChoiceField(
                label=_("Point %(number)s: about") % {"number": number}, choices=FIELD_CHOICES + questions, required=False
            )
            self.fields[f"text_{number}"] = forms.CharField(
                label=_("Point %(number)s: what has to be mended") % {"number": number},
                max_length=500,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def points(self) -> list[CorrectionPoint]:
        """The points that were filled in, not saved."""
        data = self.cleaned_data
        recurring = [CorrectionPoint(text=data["template"].text[:500])] if data.get("template") else []
        return recurring + [
            CorrectionPoint(field=data[f"field_{number}"], text=data[f"text_{number}"].strip())
            for number in range(1, POINTS + 1)
            if data.get(f"text_{number}", "").strip()
        ]


class Return(WorkflowView):
    """Back to the applicant with what has to be mended."""

    model = Application
    permission = "members.screen_application"
    previews_mail = True
    title = _("Return for correction")
    lead = _("The applicant gets these points by e-mail and sees them in the form. A new seal is needed when answers change.")
    button = _("Return and notify the applicant")
    done = _("Returned; the applicant has been written to.")
    form_class = ReturnForm
    panel_template = "members/admin_application.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        """Of which application: its questions are points, too."""
        return super().get_form_kwargs() | {"application": self.record}

    def perform_step(self, form: Any) -> Any:
        """Return."""
        return return_for_correction(self.record, actor=self.request.user, points=form.points())


class PassForm(forms.Form):
    """What the council reads."""

    recommendation = forms.CharField(label=_("Recommendation to the council"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), required=False)


class Pass(WorkflowView):
    """To the council."""

    model = Application
    permission = "members.screen_application"
    title = _("Pass to the council")
    lead = _("The unit qualifies. The application then waits to be put to the vote; nobody is written to yet.")
    button = _("Pass to the council")
    done = _("Passed. Put it to the vote with a new ballot.")
    form_class = PassForm
    panel_template = "members/admin_application.html"

    def perform_step(self, form: Any) -> Any:
        """Pass."""
        return pass_to_council(self.record, actor=self.request.user, recommendation=form.cleaned_data["recommendation"])


class DeclineForm(forms.Form):
    """Why: in own words, or a text that recurs, or both."""

    template = forms.ModelChoiceField(ReasonTemplate.objects.filter(for_declining=True), label=_("Text that recurs"), required=False)
    reason = forms.CharField(label=_("Reason, as the applicant will read it"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def clean(self) -> dict[str, Any]:
        """At least one of the two."""
        data = super().clean() or {}
        parts = [data["template"].text if data.get("template") else "", data.get("reason", "")]
        data["reason"] = "\n".join(part for part in parts if part)
        if not data["reason"] and not self.errors:
            self.add_error("reason", _("Say why."))
        return data


class Decline(WorkflowView):
    """The unit does not qualify."""

    model = Application
    permission = "members.screen_application"
    previews_mail = True
    title = _("Decline the application")
    lead = _("The applicant gets the reason by e-mail. This cannot be undone; they may apply again.")
    button = _("Decline and notify the applicant")
    done = _("Declined; the applicant has been written to.")
    danger = True
    form_class = DeclineForm
    panel_template = "members/admin_application.html"

    def perform_step(self, form: Any) -> Any:
        """Decline."""
        return decline(self.record, actor=self.request.user, reason=form.cleaned_data["reason"])


class LinkForm(InstitutionNameForm):
    """Which institution was meant; empty: a new one."""

    optional = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the institution in the register")
        self.fields["name"].help_text = _("Leave empty to add the typed name to the register.")


class Link(WorkflowView):
    """Check an institution that the applicant typed."""

    model = Application
    permission = "members.screen_application"
    title = _("Link the typed institution")
    button = _("Link")
    done = _("The institution is linked.")
    form_class = LinkForm

    def perform_step(self, form: Any) -> Any:
        """Link, or add."""
        return check_institution(self.record, actor=self.request.user, institution=form.cleaned_data["institution"])


class ImportForm(forms.Form):
    """The ministry's file."""

    file = forms.FileField(label=_("The ministry's list (XLS or XLSX)"), widget=forms.FileInput(attrs={"accept": ".xls,.xlsx"}))


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
        return super().get_context_data(plan=plan, counts=plan.counts(), changed=changed, missing=plan.missing[:200], **kwargs)

    def perform(self, form: Any) -> HttpResponse:
        """Start the job."""
        running = Job.objects.filter(kind="import_institutions", file=self.record).exclude(state=JobState.FAILED).first()
        job = running or start_job("import_institutions", actor=self.request.user, file=self.record)
        return redirect("admin:common_job_change", job.pk)


class NewUserForm(forms.Form):
    """A member of staff."""

    email = forms.EmailField(label=_("E-mail"))
    name = forms.CharField(label=_("Name"), max_length=80)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


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


class RevokeForm(forms.Form):
    """Which role."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


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
