"""Names of institutions and roles of people as steps of the admin."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.common.admin.workflow import WorkflowView
from members.forms.names import AddNameForm, EndRoleForm, NewInstitutionForm, RemoveNameForm, RenameForm, SigninAddressForm
from members.models import Institution, Person
from members.services.addresses import mark_alive
from members.services.naming import add_institution, add_name, remove_name, rename_institution
from members.services.people import end_role
from members.services.signin_address import change_signin_address


class NewInstitution(WorkflowView):
    """Military, overseas, or too new for the list."""

    model = Institution
    permission = "members.add_institution"
    title = _("Add an institution")
    lead = _("For one that the ministry's list does not have. One that the list has comes in by its import.")
    button = _("Add")
    done = _("Added.")
    form_class = NewInstitutionForm

    def perform_step(self, form: Any) -> Any:
        """Add."""
        return add_institution(actor=self.request.user, **form.cleaned_data)


class NameStep(WorkflowView):
    """A step on an institution's names."""

    model = Institution
    permission = "members.change_institution"


class AddName(NameStep):
    """Short, former or English."""

    title = _("Add a name")
    lead = _("The search finds the institution by it at once. If another institution has the same name, all of them are marked as ambiguous.")
    button = _("Add")
    done = _("The name is added.")
    form_class = AddNameForm

    def perform_step(self, form: Any) -> Any:
        """Add."""
        add_name(self.record, actor=self.request.user, **form.cleaned_data)


class Rename(NameStep):
    """Another official name."""

    title = _("Rename the institution")
    lead = _("The old name stays as a former name with its date, and goes on finding the institution. Documents that were issued stay as they are.")
    button = _("Rename the institution")
    done = _("Renamed.")
    form_class = RenameForm

    def perform_step(self, form: Any) -> Any:
        """Rename."""
        rename_institution(self.record, actor=self.request.user, **form.cleaned_data)


class RemoveName(NameStep):
    """A name that is wrong."""

    title = _("Remove a name")
    button = _("Remove")
    done = _("The name is removed.")
    danger = True
    form_class = RemoveNameForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """Whose names."""
        return super().get_form_kwargs() | {"institution": self.record}

    def perform_step(self, form: Any) -> Any:
        """Remove."""
        remove_name(form.cleaned_data["alias"], actor=self.request.user)


class AddressAlive(WorkflowView):
    """Take the mark of a dead address away."""

    model = Person
    permission = "members.change_person"
    title = _("The address works")
    lead = _("Mail came back from it, but somebody has made sure that it works. For another address, change the address itself.")
    button = _("The address works")
    done = _("The mark is taken away.")

    def perform_step(self, form: forms.BaseForm) -> None:
        """Unmark."""
        mark_alive(self.record, actor=self.request.user)


class EndRole(WorkflowView):
    """The person goes on without it; nothing is deleted."""

    model = Person
    permission = "members.merge_records"
    title = _("End a role")
    lead = _("The role ends today and stays in the history. A unit's last liaison stays until there is a successor.")
    button = _("End the role")
    done = _("The role has ended.")
    form_class = EndRoleForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """Whose roles."""
        return super().get_form_kwargs() | {"person": self.record}

    def perform_step(self, form: Any) -> Any:
        """End."""
        end_role(form.cleaned_data["affiliation"], actor=self.request.user)


class ChangeSigninAddress(WorkflowView):
    """Another address to sign in with."""

    model = Person
    permission = "members.merge_records"
    title = _("Change the sign-in address")
    lead = _(
        "The person's address and the one to sign in with change together. Whoever is signed in with the old one is signed out. Make sure that the new address is the person's own."
    )
    button = _("Change the sign-in address")
    done = _("The sign-in address is changed.")
    form_class = SigninAddressForm

    def perform_step(self, form: Any) -> Any:
        """Change."""
        change_signin_address(self.record, email=form.cleaned_data["email"], actor=self.request.user)
