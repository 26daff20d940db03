"""A limit on how often one address may send a form."""

import time
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase

from alliance.common.middleware import client_ip

PERIODS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def over_limit(request: HttpRequest, *, action: str, rate: str) -> bool:
    """Count one use of `action` from this request's address; True when that is more than `rate`, for example `20/m`.

    The windows are fixed (each minute, each hour), and counting is one atomic step of the cache.
    """
    limit, period = rate.split("/")
    seconds = PERIODS[period]
    window = int(time.time()) // seconds
    key = f"rate:{action}:{client_ip(request)}:{window}"
    cache.add(key, 0, timeout=seconds * 2)
    try:
        return cache.incr(key) > int(limit)
    except ValueError:  # The window ended between the two steps.
        return False


class RateLimited:
    """View mixin: more POSTs than `rate` from one address get the page "too many requests" (429)."""

    rate = "20/m"
    rate_action = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Count the POST, then go on."""
        action = self.rate_action or f"{type(self).__module__}.{type(self).__name__}"
        if request.method == "POST" and over_limit(request, action=action, rate=self.rate):
            from alliance.common.views.errors import too_many_requests

            return too_many_requests(request)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
