"""What of the council waits on the staff's start page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from council.enums import BallotStatus
from council.models import Ballot
from council.selectors.rounds import motions_not_carried_out, motions_waiting
from members.enums import ApplicationStatus, DepartureStatus
from members.models import Application, Departure

QUEUES: list[dict[str, Any]] = [
    {
        "label": _("To put to the vote"),
        "permission": "council.manage_ballots",
        "order": 20,
        "count": lambda user: Application.objects.filter(status=ApplicationStatus.SCREENED).count(),
        "url": lambda: reverse("admin:council_ballot_new"),
    },
    {
        "label": _("Departures to put to the vote"),
        "permission": "council.manage_ballots",
        "order": 20,
        # The list, not the new ballot: a council that met on paper decides on the departure's own page.
        "count": lambda user: Departure.objects.filter(status=DepartureStatus.SCREENED).count(),
        "url": lambda: f"{reverse('admin:members_departure_changelist')}?status__exact={DepartureStatus.SCREENED}",
    },
    {
        "label": _("Ballots open"),
        "permission": "council.view_ballot",
        "order": 21,
        "count": lambda user: Ballot.objects.filter(status=BallotStatus.OPEN).count(),
        "url": lambda: f"{reverse('admin:council_ballot_changelist')}?status__exact=open",
    },
    {
        "label": _("Motions that wait for another vote"),
        "permission": "council.manage_ballots",
        "order": 22,
        "count": lambda user: motions_waiting().count(),
        "url": lambda: f"{reverse('admin:council_ballot_changelist')}?left=vote",
    },
    {
        "label": _("Decisions that could not be carried out"),
        "permission": "council.manage_ballots",
        "order": 22,
        "count": lambda user: motions_not_carried_out().count(),
        "url": lambda: f"{reverse('admin:council_ballot_changelist')}?left=deed",
    },
]
