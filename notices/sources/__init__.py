"""What there is to be reminded of. One source a kind; each is asked for what is still open now, so nothing is sent for what has been settled.

A source gets a range of days and yields an `Item` for each open thing whose day (due date, close, begin …) lies in it. The rules say how many days
before or after that day a mail goes out, and to whom.
"""

from notices.sources import consultations, council, dues, joining, meetings, upkeep  # noqa: F401 (each registers its sources)
from notices.sources.base import SOURCES, Item, Source, source

__all__ = ["SOURCES", "Item", "Source", "source"]
