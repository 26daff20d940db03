"""A letter to the rows that are ticked in the list of registrations, or to all that its filters show."""

from collections import Counter
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliance.common.exceptions import DomainError
from alliance.common.models import OutboxMessage
from meetings.enums import RegistrationStatus
from meetings.forms.steps import WriteForm
from meetings.models import Registration
from meetings.services.letters import write_to_rows

SHOWN = 3


@admin.action(description=_("Letter to those ticked"), permissions=["manage"])
def write_letter(modeladmin: Any, request: HttpRequest, queryset: QuerySet[Registration]) -> HttpResponse | None:
    """Subject and text, the letters as they would go out, then the second press sends them.

    The page posts to the list's own address, so that the same filters choose the same rows when all pages are ticked.
    """
    rows = queryset.select_related("person", "meeting", "institution").order_by("pk")
    form = WriteForm(request.POST if "subject" in request.POST else None)
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        try:
            if "previewed" in request.POST:
                count = write_to_rows(rows, actor=request.user, **form.cleaned_data)
                messages.success(request, gettext("%(count)s letters are queued.") % {"count": count})
                return None
            context |= _look(rows, form, request)
        except DomainError as error:
            form.add_error(None, str(error))
    return TemplateResponse(request, "meetings/admin_letter.html", {**admin.site.each_context(request), **_page(modeladmin, request, rows), **context})


def _look(rows: QuerySet[Registration], form: WriteForm, request: HttpRequest) -> dict[str, Any]:
    """Queued, looked at, rolled back."""
    with transaction.atomic():
        last = OutboxMessage.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        count = write_to_rows(rows, actor=request.user, **form.cleaned_data)
        letters = list(OutboxMessage.objects.filter(pk__gt=last).order_by("pk")[:SHOWN])
        transaction.set_rollback(True)
    return {"letters": letters, "letter_count": count}


def _page(modeladmin: Any, request: HttpRequest, rows: QuerySet[Registration]) -> dict[str, Any]:
    """To whom, and who is left out; the choice as hidden fields."""
    chosen = list(rows)
    words = dict(RegistrationStatus.choices)
    return {
        "title": _("Letter to those ticked"),
        "opts": modeladmin.model._meta,
        "meetings": Counter(row.meeting.title for row in chosen).most_common(),
        "states": [(words[status], count) for status, count in Counter(row.status for row in chosen).most_common()],
        "left_out": [row for row in chosen if not row.person.email],
        "count": sum(bool(row.person.email) for row in chosen),
        "ticked": request.POST.getlist("_selected_action"),
        "across": request.POST.get("select_across", "0"),
    }
