"""Names of institutions and roles of people as steps of the admin."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.common.admin.workflow import WorkflowView
from alliance.common.clock import today
from members.enums import AliasKind, Level, Ownership
from members.forms.application import CreditCodeMixin, FoldedCharField
from members.models import Affiliation, Institution, InstitutionAlias, Person
from members.services.addresses import mark_alive
from members.services.naming import add_institution, add_name, remove_name, rename_institution
from members.services.people import end_role

DATE = {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


class NewInstitutionForm(CreditCodeMixin, forms.Form):
    """A university that the ministry's list does not have."""

    name = FoldedCharField(label=_("Official name in full"), max_length=120)
    name_en = FoldedCharField(label=_("English name"), max_length=200, required=False)
    province = FoldedCharField(label=_("Province"), max_length=40, required=False)
    city = FoldedCharField(label=_("City"), max_length=60, required=False)
    level = forms.ChoiceField(label=_("Level"), choices=[("", "—"), *Level.choices], required=False)
    ownership = forms.ChoiceField(label=_("Ownership"), choices=Ownership.choices)
    credit_code = FoldedCharField(label=_("Unified social credit code"), max_length=40, required=False)


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


class AddNameForm(forms.Form):
    """A name and what kind of name it is."""

    name = FoldedCharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=[c for c in AliasKind.choices if c[0] != AliasKind.OFFICIAL])
    valid_until = forms.DateField(label=_("In use until"), required=False, help_text=_("For former names."), **DATE)
    ambiguous = forms.BooleanField(
        label=_("Others go by this name, too: never decide by it alone"), required=False,
    )  # fmt: skip


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


class RenameForm(forms.Form):
    """The new name, and since when."""

    name = FoldedCharField(label=_("New official name"), max_length=120)
    on = forms.DateField(label=_("From"), initial=today, **DATE)


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


class RemoveNameForm(forms.Form):
    """Which one."""

    alias = forms.ModelChoiceField(InstitutionAlias.objects.none(), label=_("Name"), empty_label=None)

    def __init__(self, *args: Any, institution: Institution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["alias"].queryset = institution.aliases.exclude(kind=AliasKind.OFFICIAL)  # type: ignore[attr-defined]
        self.fields["alias"].label_from_instance = lambda a: f"{a.name} · {a.get_kind_display()}"  # type: ignore[attr-defined]


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


class EndRoleForm(forms.Form):
    """Which one."""

    affiliation = forms.ModelChoiceField(Affiliation.objects.none(), label=_("Role"), empty_label=None)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["affiliation"].queryset = person.affiliations.filter(until=None).select_related("institution")  # type: ignore[attr-defined]
        self.fields["affiliation"].label_from_instance = lambda a: f"{a.institution.name} · {a.get_role_display()}"  # type: ignore[attr-defined]


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
