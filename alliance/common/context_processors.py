"""What every page's frame needs."""

import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from alliance.common.menu import menu_for
from alliance.common.models import Organisation


def site(request: HttpRequest) -> dict[str, Any]:
    """`alliance.organisation`, `alliance.title`, `alliance.motto` (its parts), `alliance.menu`, `alliance.sample_mode`; the database is asked only when a template does."""
    organisation = SimpleLazyObject(Organisation.load)
    return {
        "alliance": {
            "organisation": organisation,
            "motto": SimpleLazyObject(lambda: [part for part in re.split(r"[、，,·\s]+", organisation.motto) if part]),
            "title": SimpleLazyObject(lambda: title_of(organisation)),
            "menu": SimpleLazyObject(lambda: _menu(request)),
            "sample_mode": settings.SAMPLE_MODE,
        }
    }


def title_of(organisation: Organisation) -> str:
    """The alliance's name in the reader's language."""
    english = (translation.get_language() or "").startswith("en")
    return (organisation.name_en if english else "") or organisation.name


def _menu(request: HttpRequest) -> list[dict[str, Any]]:
    """A request that was refused before anybody could sign in (an unknown host, say) has no user; its error page shows no menu."""
    return menu_for(request) if hasattr(request, "user") else []
