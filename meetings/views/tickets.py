"""A participant's own pages: whoever has the link may see them, so they are nobody's cache's and nobody's index's."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import FormView, TemplateView

from alliance.common.documents import qr_svg
from alliance.common.ratelimit import RateLimited
from alliance.common.views import DomainErrorMixin, PublicView
from alliance.common.views.files import served
from meetings.calendars import calendar_entry
from meetings.documents import personal
from meetings.enums import LIVE, PLACED, RegistrationStatus
from meetings.forms.feedback import FeedbackForm
from meetings.links import checkin_link
from meetings.models import Registration
from meetings.selectors.certificates import certificate_for
from meetings.selectors.content import levels_of_ticket, materials_for, page_content, reports_for
from meetings.selectors.feedback import questions_for
from meetings.selectors.offers import has_details, position_in_line
from meetings.services.feedback import answer_feedback, feedback_open
from meetings.services.feeds import send_person_feed


class TicketView(PublicView):
    """Pages behind a ticket's link."""

    request: HttpRequest
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Not for caches or search engines: the address is the key."""
        response = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["X-Robots-Tag"] = "noindex"
        # To nobody else; to ourselves, since without it a browser says that its forms come from nowhere, and they are refused.
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    @property
    def registration(self) -> Registration:
        """The registration of the ticket."""
        if not hasattr(self, "_registration"):
            rows = Registration.objects.select_related("meeting", "person", "institution")
            self._registration = get_object_or_404(rows, ticket=self.kwargs["ticket"])
        return self._registration

    @property
    def holder(self) -> Registration:
        """The same, only while it holds a place."""
        if self.registration.status not in PLACED:
            raise Http404
        return self.registration


class Ticket(TicketView, TemplateView):
    """Place, online link, QR code for the door, papers, certificate: as far as the ticket is valid."""

    template_name = "meetings/ticket.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A dead ticket says so and shows nothing that others may not see."""
        registration = self.registration
        valid = registration.status in PLACED
        content = page_content(registration.meeting, levels_of_ticket(registration)) if valid else {}
        return super().get_context_data(
            registration=registration,
            meeting=registration.meeting,
            valid=valid,
            qr=qr_svg(checkin_link(registration)) if registration.status in {RegistrationStatus.CONFIRMED, RegistrationStatus.ATTENDED} else "",
            certificate=certificate_for(registration) if valid else None,
            feedback=feedback_open(registration),
            content=content,
            at_door="door" in self.request.GET,
            position=position_in_line(registration) if registration.status == RegistrationStatus.WAITLISTED else None,
            has_details=registration.status in LIVE and has_details(registration.meeting),
            **kwargs,
        )


def _document(make: Callable[[Registration], bytes], filename: str, *, states: frozenset[RegistrationStatus] = PLACED) -> type[TicketView]:
    """A view of one of the holder's documents, in `states` of the registration."""

    class Document(TicketView, View):
        """The PDF, while the registration is in one of the states."""

        def get(self, request: HttpRequest, ticket: str) -> HttpResponse:
            """Made now, with what is true now."""
            if self.registration.status not in states:
                raise Http404
            response = HttpResponse(make(self.registration), content_type="application/pdf")
            response.headers["Content-Disposition"] = f'inline; filename="{filename}"'
            return response

    return Document


TicketPdf = _document(personal.ticket, "ticket.pdf")
# Finance offices want the letter before they pay.
InvitationPdf = _document(personal.invitation, "invitation.pdf", states=PLACED | {RegistrationStatus.PENDING_PAYMENT})


class CertificatePdf(TicketView, View):
    """The certificate of attendance, once it is issued."""

    def get(self, request: HttpRequest, ticket: str) -> HttpResponse:
        """As it was issued."""
        if certificate_for(self.holder) is None:
            raise Http404
        response = HttpResponse(personal.certificates([self.holder]), content_type="application/pdf")
        response.headers["Content-Disposition"] = 'inline; filename="certificate.pdf"'
        return response


class TicketCalendar(TicketView, View):
    """The entry for the calendar, with the online link: it updates the one that came by mail."""

    def get(self, request: HttpRequest, ticket: str) -> HttpResponse:
        """The ICS file; of a place that was given up, the one that takes it out."""
        registration = self.registration
        if registration.status == RegistrationStatus.WAITLISTED:
            raise Http404
        content = calendar_entry(registration.meeting, registration=registration, cancelled=registration.status not in PLACED)
        response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
        response.headers["Content-Disposition"] = 'attachment; filename="meeting.ics"'
        return response


class TicketMaterial(TicketView, View):
    """A file of the meeting, for participants."""

    def get(self, request: HttpRequest, ticket: str, pk: int) -> HttpResponseBase:
        """The bytes."""
        material = get_object_or_404(materials_for(self.holder.meeting, levels_of_ticket(self.holder)), pk=pk)
        return served(material.file, request)


class TicketReport(TicketView, View):
    """The file of a project report that the meeting heard."""

    def get(self, request: HttpRequest, ticket: str, pk: int) -> HttpResponseBase:
        """The bytes."""
        report = get_object_or_404(reports_for(self.holder.meeting, levels_of_ticket(self.holder)).exclude(file=None), pk=pk)
        assert report.file is not None
        return served(report.file, request)


class CalendarAddress(TicketView, RateLimited, View):
    """A new secret calendar address, sent to the person's own mailbox."""

    rate = "5/h"

    def post(self, request: HttpRequest, ticket: str) -> HttpResponse:
        """Renew and send."""
        if not self.holder.person.email:
            messages.error(request, _("There is no e-mail address of yours on record. Ask your unit's liaison to add it."))
        else:
            send_person_feed(self.holder)
            messages.success(
                request,
                _("The address of your calendar is on its way to %(email)s. Earlier addresses have ended.") % {"email": masked(self.holder.person.email)},
            )
        return redirect("tickets:ticket", ticket)


def masked(email: str) -> str:
    """An address so that its owner knows it: l…@nju.edu.cn."""
    name, _at, host = email.partition("@")
    return f"{name[:1]}…@{host}"


class Feedback(TicketView, RateLimited, DomainErrorMixin, FormView):
    """The form after the meeting; sent again it replaces the earlier answers."""

    template_name = "meetings/feedback.html"
    form_class = FeedbackForm
    rate = "30/h"

    def get_form_kwargs(self) -> dict[str, Any]:
        """The meeting's questions and what was answered before."""
        given = getattr(self.registration, "feedback", None)
        return super().get_form_kwargs() | {"questions": list(questions_for(self.registration.meeting)), "given": given}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether it is open."""
        return super().get_context_data(registration=self.registration, meeting=self.registration.meeting, open=feedback_open(self.registration), **kwargs)

    def perform(self, form: forms.Form) -> HttpResponse:
        """Keep the answers."""
        assert isinstance(form, FeedbackForm)
        answer_feedback(self.holder, form.answers)
        messages.success(self.request, _("Thank you. Your answers have been received."))
        return redirect("tickets:ticket", self.kwargs["ticket"])
