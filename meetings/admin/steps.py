"""Meetings' steps as pages of the admin."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _

from alliance.common.admin.workflow import WorkflowView
from alliance.common.exceptions import DomainError
from meetings.enums import RegistrationStatus
from meetings.models import Meeting, Offer, Registration
from meetings.services.letters import selection, write_to_participants
from meetings.services.nominating import confirm_nomination, decline_nomination, rank_nominations
from meetings.services.paying import prolong_hold
from meetings.services.planning import cancel_meeting, publish_meeting
from meetings.services.registration import cancel_registration, register_by_staff
from members.enums import PersonRole
from members.forms.fields import FoldedCharField, FoldedEmailField
from members.services.people import add_person
from members.sheets.institutions import find_institution


class Publish(WorkflowView):
    """Open the meeting for registration."""

    model = Meeting
    permission = "meetings.manage_meetings"
    title = _("Publish the meeting")
    lead = _("Member units see it from the time set for members, the public from its own. Without offers it gets the free places of the year.")
    button = _("Publish")
    done = _("The meeting is published.")

    def perform_step(self, form: Any) -> Any:
        """Publish."""
        return publish_meeting(self.record, actor=self.request.user)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class CancelMeeting(WorkflowView):
    """The meeting does not take place."""

    model = Meeting
    permission = "meetings.manage_meetings"
    title = _("Cancel the meeting")
    lead = _("Everybody who is registered gets a mail that also takes the entry out of their calendar. Free places are given back.")
    button = _("Cancel the meeting and notify")
    done = _("The meeting is cancelled.")
    danger = True
    form_class = ReasonForm
    previews_mail = True

    def perform_step(self, form: Any) -> Any:
        """Cancel."""
        return cancel_meeting(self.record, actor=self.request.user, reason=form.cleaned_data["reason"])


class CancelPlaceForm(ReasonForm):
    """Why, and whether the unit loses anything."""

    give_back = forms.BooleanField(label=_("Give seat and free meeting back even after the time for cancelling"), required=False)


class CancelRegistration(WorkflowView):
    """Give up a place for somebody."""

    model = Registration
    permission = "meetings.manage_meetings"
    title = _("Cancel the registration")
    button = _("Cancel the registration")
    done = _("The registration has been cancelled.")
    danger = True
    form_class = CancelPlaceForm
    previews_mail = True

    def perform_step(self, form: Any) -> Any:
        """Cancel."""
        return cancel_registration(self.record, actor=self.request.user, reason=form.cleaned_data["reason"], give_back=form.cleaned_data["give_back"])


class StaffRegisterForm(forms.Form):
    """Whom, for which unit, on what terms, and why."""

    institution_name = FoldedCharField(label=_("Unit"), max_length=120, help_text=_("Any name it goes by."))
    name = FoldedCharField(label=_("Name"), max_length=80)
    email = FoldedEmailField(label=_("E-mail"), required=False)
    offer = forms.ModelChoiceField(Offer.objects.none(), label=_("On what terms"), empty_label=None)
    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("Recorded, since the rules of the offer are not asked."))

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["offer"].queryset = meeting.offers.filter(price__isnull=False)

    def clean_institution_name(self) -> Any:
        """The one institution of that name."""
        institution, why = find_institution(self.cleaned_data["institution_name"])
        if institution is None:
            raise forms.ValidationError(why)
        return institution


class StaffRegister(WorkflowView):
    """Register somebody whatever the offer says; never beyond the places."""

    model = Meeting
    permission = "meetings.manage_meetings"
    title = _("Register somebody")
    lead = _("Deadlines, audience and the waiting list are passed over; capacity, the unit's places and its free meetings are kept in any case.")
    button = _("Register")
    done = _("Registered.")
    form_class = StaffRegisterForm
    previews_mail = True

    def get_form_kwargs(self) -> dict[str, Any]:
        """The meeting's offers."""
        return super().get_form_kwargs() | {"meeting": self.record}

    @transaction.atomic
    def perform_step(self, form: Any) -> Any:
        """The person as the unit knows them, or a new one; a refusal leaves nobody behind."""
        data, actor = form.cleaned_data, self.request.user
        person = add_person(data["institution_name"], name=data["name"], email=data["email"], role=PersonRole.DELEGATE, actor=actor)
        return register_by_staff(self.record, data["institution_name"], person, data["offer"], actor=actor, reason=data["reason"])


class LetterForm(forms.Form):
    """To whom, and what."""

    statuses = forms.MultipleChoiceField(
        label=_("State"), choices=RegistrationStatus.choices, initial=[RegistrationStatus.CONFIRMED], widget=forms.CheckboxSelectMultiple
    )
    offers = forms.ModelMultipleChoiceField(
        Offer.objects.none(), required=False, label=_("Terms"), widget=forms.CheckboxSelectMultiple, help_text=_("None chosen: all.")
    )
    provinces = forms.MultipleChoiceField(required=False, label=_("Province"), widget=forms.CheckboxSelectMultiple, help_text=_("None chosen: all."))
    unanswered = forms.BooleanField(required=False, label=_("Only those who have not answered the questions"))
    subject = FoldedCharField(label=_("Subject"), max_length=150)
    text = forms.CharField(
        label=_("Text"), max_length=5000, widget=forms.Textarea(attrs={"rows": 10}), help_text=_("The salutation and the person's link are added.")
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["offers"].queryset = meeting.offers.all()
        found = meeting.registrations.order_by().values_list("institution__province", flat=True).distinct()
        self.fields["provinces"].choices = [(name, name) for name in sorted(name for name in found if name)]
        if not self.fields["provinces"].choices:
            del self.fields["provinces"]


class Letter(WorkflowView):
    """A letter to a selection; shown with its count before it goes out."""

    model = Meeting
    permission = "meetings.manage_meetings"
    title = _("Letter to participants")
    button = _("Send")
    done = _("The letters are queued.")
    form_class = LetterForm
    previews_mail = True

    def get_form_kwargs(self) -> dict[str, Any]:
        """The meeting's offers and provinces."""
        return super().get_form_kwargs() | {"meeting": self.record}

    def perform_step(self, form: Any) -> Any:
        """Queue."""
        data = form.cleaned_data
        wanted = {name: data[name] for name in ("statuses", "offers", "unanswered")}
        rows = selection(self.record, provinces=data.get("provinces", []), **wanted)
        write_to_participants(self.record, rows, subject=data["subject"], text=data["text"], actor=self.request.user)


class Nominations(WorkflowView):
    """Rank, confirm, decline; each confirmation takes a place at once, and one that finds none says so."""

    model = Meeting
    permission = "meetings.manage_meetings"
    title = _("Nominations")
    button = ""
    template_name = "admin/meetings_page.html"
    panel_template = "meetings/admin_nominations.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The offers that take nominations, each with its own."""
        offers = self.record.offers.filter(Q(nominations_per_unit__gt=0) | Q(nominations__isnull=False)).distinct()
        rows = [(offer, list(offer.nominations.select_related("person", "institution"))) for offer in offers]
        return super().get_context_data(offers=rows, **kwargs)

    def perform(self, form: Any) -> HttpResponse:
        """One step over those chosen, in their rank."""
        data = self.request.POST
        offer = get_object_or_404(Offer, pk=data.get("offer"), meeting=self.record) if data.get("offer", "").isdecimal() else None
        if offer is not None:
            self._rank(offer)
            chosen = [int(pk) for pk in data.getlist("chosen") if pk.isdecimal()]
            for nomination in offer.nominations.filter(pk__in=chosen):
                self._decide(nomination, data.get("step", ""))
        return redirect(self.request.path)

    def _rank(self, offer: Offer) -> None:
        given = {n.pk: self.request.POST.get(f"rank-{n.pk}", "").strip() for n in offer.nominations.all()}
        order = sorted((int(text), pk) for pk, text in given.items() if text.isdecimal())
        rank_nominations(offer, [pk for _rank, pk in order], actor=self.request.user)

    def _decide(self, nomination: Any, step: str) -> None:
        work = {"confirm": confirm_nomination, "decline": decline_nomination}.get(step)
        if work is None:
            return
        try:
            work(nomination, actor=self.request.user)
            messages.success(self.request, f"{nomination.person}: {nomination.get_status_display()}")
        except DomainError as error:
            messages.error(self.request, f"{nomination.person}: {error}")


class ProlongForm(forms.Form):
    """Until when."""

    until = forms.DateField(label=_("Held unpaid until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class Prolong(WorkflowView):
    """Hold an unpaid place longer."""

    model = Registration
    permission = "meetings.manage_meetings"
    title = _("Hold the place longer")
    button = _("Hold")
    done = _("The place is held longer.")
    form_class = ProlongForm

    def perform_step(self, form: Any) -> Any:
        """To the end of that Beijing day."""
        return prolong_hold(self.record, until=form.cleaned_data["until"], actor=self.request.user)
