"""The register's upkeep in the admin: states of memberships, merging, data checks, departures, the register of any day, personal data."""

import datetime as dt
import json
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic import TemplateView

from alliance.common.admin.exports import as_xlsx
from alliance.common.admin.workflow import WorkflowView
from alliance.common.audit import record
from alliance.common.clock import today
from alliance.common.exceptions import DomainError
from members.enums import DepartureKind, EndedHow
from members.forms.naming import InstitutionNameForm
from members.models import DataCheck, Departure, Institution, Membership, Person, Tier
from members.selectors.register import answers_with_completeness, register_on, roll_of
from members.services.datachecks import close_data_check, open_data_check, remind_silent_units
from members.services.departures import approve_departure, ask_to_leave, decline_departure, effects_of, pass_departure
from members.services.invitations import invite_liaison
from members.services.memberships import change_tier, end_membership, reinstate_membership, suspend_membership
from members.services.merging import merge_institutions, merge_people, preview_merge
from members.services.people import move_person
from members.services.personal import erase_person, export_person

DATE = {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


class ReasonForm(forms.Form):
    """Why, and from when."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
    on = forms.DateField(label=gettext_lazy("From"), initial=today, **DATE)


class MembershipStep(WorkflowView):
    """A step of a membership with reason and date."""

    model = Membership
    permission = "members.manage_membership"
    form_class: type[forms.BaseForm] = ReasonForm


class Suspend(MembershipStep):
    """Let it rest."""

    title = gettext_lazy("Suspend the membership")
    lead = gettext_lazy("The unit stays in the register, marked as suspended, and has no benefits until it is reinstated.")
    button = gettext_lazy("Suspend")
    done = gettext_lazy("The membership is suspended.")
    danger = True

    def perform_step(self, form: Any) -> Any:
        """Suspend."""
        suspend_membership(self.record, actor=self.request.user, **form.cleaned_data)


class Reinstate(MembershipStep):
    """End the rest."""

    title = gettext_lazy("Reinstate the membership")
    button = gettext_lazy("Reinstate")
    done = gettext_lazy("The membership is active again.")

    def perform_step(self, form: Any) -> Any:
        """Reinstate."""
        reinstate_membership(self.record, actor=self.request.user, **form.cleaned_data)


class EndForm(ReasonForm):
    """How it ended."""

    how = forms.ChoiceField(label=gettext_lazy("How it ended"), choices=[c for c in EndedHow.choices if c[0] in {EndedHow.MERGED, EndedHow.LAPSED}])


class End(MembershipStep):
    """For what needs no decision of the council: universities merged, or never paid."""

    title = gettext_lazy("End the membership")
    lead = gettext_lazy(
        "Only for universities that were merged or that never paid. A unit that leaves or is removed: enter a departure, which the council decides."
    )
    button = gettext_lazy("End")
    done = gettext_lazy("The membership has ended.")
    danger = True
    form_class = EndForm

    def perform_step(self, form: Any) -> Any:
        """End."""
        data = form.cleaned_data
        end_membership(self.record, actor=self.request.user, how=EndedHow(data["how"]), reason=data["reason"], on=data["on"])


class TierForm(forms.Form):
    """Which tier from which year."""

    tier = forms.ModelChoiceField(Tier.objects.all(), label=gettext_lazy("Tier"))
    from_year = forms.IntegerField(label=gettext_lazy("From year"), min_value=2018, max_value=2100)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class ChangeTier(MembershipStep):
    """Another tier from a year on."""

    title = gettext_lazy("Change the tier")
    lead = gettext_lazy("Counts from the beginning of the year; earlier years and what was billed stay as they are.")
    button = gettext_lazy("Change")
    done = gettext_lazy("The tier is changed.")
    form_class = TierForm

    def perform_step(self, form: Any) -> Any:
        """Change."""
        change_tier(self.record, actor=self.request.user, **form.cleaned_data)


class DepartForm(forms.Form):
    """Leaving by letter, or a proposal to remove."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=DepartureKind.choices)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    effective_on = forms.DateField(label=gettext_lazy("Takes effect on"), initial=today, **DATE)
    letter = forms.FileField(label=gettext_lazy("Sealed letter of the unit"), required=False, help_text=gettext_lazy("Needed when the unit itself leaves."))


class Depart(MembershipStep):
    """Enter a departure."""

    title = gettext_lazy("Enter a departure")
    lead = gettext_lazy("It is looked through, then the council decides; the membership ends only then.")
    button = gettext_lazy("Enter")
    done = gettext_lazy("Entered.")
    form_class = DepartForm
    panel_template = "members/admin_effects.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What leaving today would mean."""
        return super().get_context_data(effects=effects_of(self.record, today()), **kwargs)

    def perform_step(self, form: Any) -> Any:
        """Enter."""
        data = form.cleaned_data
        kind = DepartureKind(data.pop("kind"))
        return ask_to_leave(self.record, actor=self.request.user, kind=kind, **data)


class DepartureStep(WorkflowView):
    """A step of a departure."""

    model = Departure
    permission = "members.manage_membership"
    panel_template = "members/admin_effects.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What it means."""
        return super().get_context_data(effects=effects_of(self.record.membership, self.record.effective_on), **kwargs)


class PassDeparture(DepartureStep):
    """To the council."""

    title = gettext_lazy("Pass to the council")
    button = gettext_lazy("Pass to the council")
    done = gettext_lazy("Passed.")

    def perform_step(self, form: Any) -> Any:
        """Pass."""
        pass_departure(self.record, actor=self.request.user)


class DecisionForm(forms.Form):
    """Where it was decided."""

    decision = forms.CharField(label=gettext_lazy("Decision: where, by which minutes, for what reason"), max_length=300)
    on = forms.DateField(label=gettext_lazy("Decided on"), initial=today, **DATE)


class ApproveDeparture(DepartureStep):
    """The council agreed."""

    previews_mail = True
    title = gettext_lazy("The council has agreed")
    lead = gettext_lazy("The membership ends on the day asked for. What stands below is carried out.")
    button = gettext_lazy("End the membership")
    done = gettext_lazy("The membership has ended; the unit has been written to.")
    danger = True
    form_class = DecisionForm

    def perform_step(self, form: Any) -> Any:
        """Approve."""
        approve_departure(self.record, actor=self.request.user, **form.cleaned_data)


class DeclineDeparture(DepartureStep):
    """The council did not agree, or something is missing."""

    previews_mail = True
    title = gettext_lazy("Decline the departure")
    button = gettext_lazy("Decline")
    done = gettext_lazy("Declined; the unit has been written to.")
    danger = True
    form_class = DecisionForm

    def perform_step(self, form: Any) -> Any:
        """Decline."""
        decline_departure(self.record, actor=self.request.user, **form.cleaned_data)


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


class PersonNumberForm(forms.Form):
    """The record that stays."""

    keep = forms.ModelChoiceField(Person.objects.none(), label=gettext_lazy("Person that stays"), empty_label=None)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Person.objects.filter(merged_into=None, erased_at=None).exclude(pk=person.pk)
        same = others.filter(name=person.name)
        if person.email:
            same |= others.filter(email__iexact=person.email)
        self.fields["keep"].queryset = same
        self.fields["keep"].label_from_instance = lambda p: f"{p.name} · {p.email or '—'} · {p.department}"


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


class InviteForm(forms.Form):
    """Whom to make liaison of the unit."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    email = forms.EmailField(label=gettext_lazy("E-mail"))


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


class OpenCheckForm(forms.Form):
    """A round."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, help_text=gettext_lazy("For example 2026年度信息核对."))
    due_on = forms.DateField(label=gettext_lazy("Answer until"), **DATE)


class OpenCheck(WorkflowView):
    """Ask all member units."""

    model = DataCheck
    permission = "members.manage_membership"
    previews_mail = True
    title = gettext_lazy("Open a data check")
    lead = gettext_lazy("The liaisons of all member units get a mail with a page to confirm or correct what we hold of them.")
    button = gettext_lazy("Open and write to all liaisons")
    done = gettext_lazy("The data check is open.")
    form_class = OpenCheckForm

    def perform_step(self, form: Any) -> Any:
        """Open."""
        if form.cleaned_data["due_on"] < today():
            raise DomainError(_("The date lies in the past."))
        return open_data_check(actor=self.request.user, **form.cleaned_data)


class RemindSilent(WorkflowView):
    """To those who have not answered."""

    model = DataCheck
    permission = "members.manage_membership"
    previews_mail = True
    title = gettext_lazy("Remind those who have not answered")
    lead = gettext_lazy("The liaisons of the units that are silent get a second mail; nobody gets two on one day.")
    button = gettext_lazy("Write to them")
    done = gettext_lazy("The reminders are on their way.")

    def perform_step(self, form: Any) -> Any:
        """Remind."""
        remind_silent_units(self.record, actor=self.request.user)


class CheckExport(View):
    """Who has answered, as a table."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """XLSX."""
        if not request.user.has_perm("members.view_datacheck"):
            raise PermissionDenied
        check = get_object_or_404(DataCheck, pk=pk)
        rows = answers_with_completeness(check)
        header = [str(text) for text in (_("institution"), _("confirmed"), _("confirmed by"), _("reminded"), _("remark"), _("complete"))]
        table = [
            (a.institution.name, a.confirmed_at, str(a.confirmed_by or ""), a.reminded_on, a.remark, f"{percent} %") for a, percent in rows
        ]  # fmt: skip
        record("export.made", check, actor=request.user, list="members.datacheckanswer", rows=len(table), kind="xlsx")
        return as_xlsx(check.name, header, table)


class CloseCheck(WorkflowView):
    """End the round."""

    model = DataCheck
    permission = "members.manage_membership"
    title = gettext_lazy("Close the data check")
    button = gettext_lazy("Close the data check")
    done = gettext_lazy("The data check is closed.")

    def perform_step(self, form: Any) -> Any:
        """Close."""
        close_data_check(self.record, actor=self.request.user)


class RegisterOnDay(TemplateView):
    """Who was a member on a day, or in a year; as a page and as a file."""

    template_name = "members/admin_register.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """For staff."""
        if not request.user.has_perm("members.view_membership"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """XLSX by `?export=1`."""
        context = self.get_context_data()
        if "export" in request.GET:
            header = [str(text) for text in (_("member number"), _("institution"), _("province"), _("tier"), _("joined"), _("ended"))]
            rows = [(m.number, m.institution.name, m.institution.province, str(t or ""), m.joined_on, m.ended_on) for m, t in context["rows"]]
            return as_xlsx(context["name"], header, rows)
        return self.render_to_response(context)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """By `?day=` or `?year=`; today without either. What cannot be a date is told."""
        day, year, problem = today(), None, ""
        text, year_text = self.request.GET.get("day", ""), self.request.GET.get("year", "")
        if year_text.isdecimal() and 2000 <= int(year_text) <= 2100:
            year = int(year_text)
        elif text:
            try:
                day = dt.date.fromisoformat(text)
            except ValueError:
                problem = _("“%(text)s” is no date. Write it as 2025-03-05.") % {"text": text[:40]}
        memberships = list(roll_of(year) if year else register_on(day))
        rows = [(membership, membership.tier_in(year or day.year)) for membership in memberships]
        name = _("Roll of members %(year)s") % {"year": year} if year else _("Register on %(day)s") % {"day": day.isoformat()}
        frame = admin.site.each_context(self.request)
        return {**frame, **super().get_context_data(rows=rows, day=day, year=year, name=name, problem=problem, **kwargs), "title": name}
