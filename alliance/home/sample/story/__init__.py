"""A year in the life of the alliance, told through the services that people use: so that every list and every chart has something to show.

Names of universities are real, what they do here is invented, and everybody's name says so.
"""

from alliance.home.sample.story import applying, around, deciding, keeping, meeting, members, notifying, paying, places, reminding


def tell() -> None:
    """All chapters, each building on those before."""
    members.tell()
    paying.tell()
    applying.tell()
    deciding.tell()
    meeting.tell()
    places.tell()
    around.tell()
    notifying.tell()
    reminding.tell()
    keeping.tell()
