"""Pages without an account bear only so many posts from one address."""

import pytest
from django.urls import URLResolver, get_resolver, reverse

from alliance.common.ratelimit import RateLimited
from tests.factories.meetings import PlaceRequestFactory, RegistrationFactory
from tests.support import client_for

# The choice of a language writes no row; the button of a notice writes only for a liaison who is signed in.
WITHOUT = {"SetLanguage", "NoticePage"}


def views(patterns):
    """The classes of all views."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns)
        elif view := getattr(pattern.callback, "view_class", None):
            yield view


def test_every_form_without_an_account_has_a_limit():
    ours = {view for view in views(get_resolver().url_patterns) if view.__module__.split(".")[0] in {"alliance", "members", "meetings", "notices", "fees"}}
    forms = {view for view in ours if getattr(view, "permission", "") is None and hasattr(view, "post") and "post" in view.http_method_names}

    assert {view.__name__ for view in forms if not issubclass(view, RateLimited)} == WITHOUT
    assert {"Join", "AskInPublic", "ConfirmRequest", "Accept", "GiveUp", "TicketDetails", "Feedback"} <= {view.__name__ for view in forms}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["meetings:confirm_request", "tickets:accept", "tickets:give_up", "tickets:details"])
def test_the_twenty_first_post_of_a_minute_is_refused(name, time_machine):
    time_machine.move_to("2026-03-05 09:00:10+08:00", tick=False)
    key = PlaceRequestFactory().token if name == "meetings:confirm_request" else RegistrationFactory(status="waitlisted").ticket
    client = client_for(None)

    answers = [client.post(reverse(name, args=[key])).status_code for _n in range(21)]

    assert (429 in answers[:20], answers[20]) == (False, 429)
