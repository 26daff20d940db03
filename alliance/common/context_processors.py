"""What every page's frame needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from alliance.common.menu import menu_for
from alliance.common.models import Organisation


def site(request: HttpRequest) -> dict[str, Any]:
    """`alliance.organisation`, `alliance.menu`, `alliance.sample_mode`; the database is asked only when a template does."""
    return {
        "alliance": {
            "organisation": SimpleLazyObject(Organisation.load),
            "menu": SimpleLazyObject(lambda: menu_for(request)),
            "sample_mode": settings.SAMPLE_MODE,
        }
    }
