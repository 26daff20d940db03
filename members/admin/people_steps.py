"""Steps of people and institutions in the admin: merging, moving, inviting, personal data."""

import json
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy

from alliance.common.admin.workflow import WorkflowView
from members.forms.naming import InstitutionNameForm
from members.forms.upkeep import InviteForm, PersonNumberForm
from members.models import Institution, Person
from members.services.invitations import invite_liaison
from members.services.merging import merge_institutions, merge_people, preview_merge
from members.services.people import move_person
from members.services.personal import erase_person, export_person


class MergeInstitution(WorkflowView):
    """This record goes into another one."""

    model = Institution
    permission = "members.merge_records"
    title = gettext_lazy("Merge into another institution")
    lead = gettext_lazy("Everything that points to this record will point to the one that stays; this record's names become former names of it.")
    button = gettext_lazy("Merge")
    done = gettext_lazy("The two records are one.")
    danger = True
    form_class = InstitutionNameForm
    panel_template = "members/admin_merge.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What would change hands."""
        return super().get_context_data(moved=preview_merge(self.record), **kwargs)

    def perform_step(self, form: Any) -> Any:
        """Merge; go to the record that stays."""
        return merge_institutions(form.cleaned_data["institution"], self.record, actor=self.request.user)


class MergePerson(WorkflowView):
    """This record goes into another one of the same name or address."""

    model = Person
    permission = "members.merge_records"
    title = gettext_lazy("Merge into another person")
    lead = gettext_lazy("People of the same name or address are offered. Roles, registrations and votes go to the one that stays.")
    button = gettext_lazy("Merge")
    done = gettext_lazy("The two records are one.")
    danger = True
    form_class = PersonNumberForm
    panel_template = "members/admin_merge.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        """Whose doubles."""
        return super().get_form_kwargs() | {"person": self.record}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What would change hands."""
        return super().get_context_data(moved=preview_merge(self.record), **kwargs)

    def perform_step(self, form: Any) -> Any:
        """Merge."""
        return merge_people(form.cleaned_data["keep"], self.record, actor=self.request.user)


class MovePerson(WorkflowView):
    """To another unit: roles end here, one begins there."""

    model = Person
    permission = "members.merge_records"
    title = gettext_lazy("Move to another unit")
    lead = gettext_lazy("The roles at the present units end today and stay in the history; the person becomes a delegate of the new unit.")
    button = gettext_lazy("Move")
    done = gettext_lazy("Moved.")
    form_class = InstitutionNameForm

    def perform_step(self, form: Any) -> Any:
        """Move."""
        move_person(self.record, to=form.cleaned_data["institution"], actor=self.request.user)


class ErasePerson(WorkflowView):
    """Erase personal data."""

    model = Person
    permission = "members.erase_person"
    title = gettext_lazy("Erase personal data")
    lead = gettext_lazy(
        "Name and contact data go for good, also from the versions, from applications, mails and the log; what the person did stays, without the name. This cannot be undone."
    )
    button = gettext_lazy("Erase")
    done = gettext_lazy("The personal data have been erased.")
    danger = True

    def perform_step(self, form: Any) -> Any:
        """Erase."""
        erase_person(self.record, actor=self.request.user)


class ExportPerson(WorkflowView):
    """All we hold of a person, as a file for them."""

    model = Person
    permission = "members.erase_person"
    title = gettext_lazy("Export personal data")
    lead = gettext_lazy("Everything held of this person, as a JSON file to hand over on request. The export is recorded.")
    button = gettext_lazy("Export")

    def perform(self, form: Any) -> HttpResponse:
        """The file."""
        content = json.dumps(export_person(self.record, actor=self.request.user), ensure_ascii=False, indent=2, default=str)
        response = HttpResponse(content, content_type="application/json; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="person-{self.record.pk}.json"'
        return response


class InviteLiaison(WorkflowView):
    """Ask somebody to be liaison of this institution."""

    model = Institution
    permission = "members.manage_membership"
    title = gettext_lazy("Invite a liaison")
    button = gettext_lazy("Send the invitation")
    done = gettext_lazy("The invitation has been sent.")
    form_class = InviteForm

    def perform_step(self, form: Any) -> Any:
        """Invite."""
        invite_liaison(self.record, actor=self.request.user, hands_over=False, **form.cleaned_data)
