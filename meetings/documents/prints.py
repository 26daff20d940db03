"""Sheets for the day: badges and the sign-in sheet, sorted as a person looks for a name."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from alliance.common.documents import qr_svg, render_pdf
from meetings.enums import BadgeSize, PrintOrder
from meetings.links import checkin_link
from meetings.models import Meeting, Registration
from meetings.selectors.figures import in_order

A4 = (210.0, 297.0)
POINTS_PER_MM = 72 / 25.4
# Up to so many characters a name stays on one line.
ONE_LINE = 11
# A face is a little wider here and narrower there than we reckon.
SLACK = 1.05


@dataclass(frozen=True)
class Layout:
    """A sheet of badges: size of one in millimetres, how many across and down, the largest type in points, the QR code's edge."""

    width: float
    height: float
    across: int
    down: int
    name: float
    unit: float
    qr: float
    name_top: float
    name_height: float
    unit_top: float = 0

    @property
    def qr_left(self) -> float:
        """In the middle of a hanging badge."""
        return (self.width - self.qr) / 2

    @property
    def unit_right(self) -> float:
        """What the unit's name leaves to the code beside it."""
        return 5 + self.qr + 3


LAYOUTS = {
    BadgeSize.CARD: Layout(90, 54, 2, 5, name=24, unit=11, qr=16, name_top=14, name_height=18),
    BadgeSize.A7: Layout(105, 74, 2, 4, name=32, unit=14, qr=21, name_top=19, name_height=25),
    BadgeSize.A6: Layout(105, 148, 2, 2, name=42, unit=17, qr=34, name_top=38, name_height=30, unit_top=70),
}


def badges(meeting: Meeting, registrations: Sequence[Registration], *, size: str, order: str) -> bytes:
    """Badges on A4 sheets, to be cut along the lines. Names and units are set as large as fits."""
    layout = LAYOUTS[BadgeSize(size)]
    people = [_badge(registration, layout) for registration in in_order(registrations, order)]
    per_sheet = layout.across * layout.down
    sheets = [_placed(people[n : n + per_sheet], layout) for n in range(0, len(people), per_sheet)]
    return render_pdf("meetings/pdf/badges.html", {"meeting": meeting, "sheets": sheets, "layout": layout})


def sign_in_sheet(meeting: Meeting, registrations: Sequence[Registration], *, order: str) -> bytes:
    """The list to sign at the door when there is no network, with empty lines for those who come without a registration."""
    context = {"meeting": meeting, "registrations": in_order(registrations, order), "by_unit": order == PrintOrder.UNIT, "spare": range(8)}
    return render_pdf("meetings/pdf/sign_in.html", context)


def _badge(registration: Registration, layout: Layout) -> dict[str, object]:
    room = layout.width - 12
    beside_qr = room - layout.qr - 3
    name, unit = registration.person.name, registration.institution.name
    unit_room = room if layout.down == 2 else beside_qr
    lines = name_lines(name)
    return {
        "name": lines,
        "unit": unit,
        "name_size": fitting(name, room, layout.name) if ems(name) <= ONE_LINE else _long_name_size(lines, room, layout.name * 0.7),
        "unit_size": fitting(unit, unit_room, layout.unit, lines=3),
        "qr": qr_svg(checkin_link(registration), error="l"),
    }


def name_lines(name: str) -> list[str]:
    """A long name with a dot (阿卜杜热西提·买买提依明) breaks behind the dot and nowhere else; any other is one text."""
    first, dot, rest = name.partition("·")
    return [first + dot, rest] if dot and rest and ems(name) > ONE_LINE else [name]


def _long_name_size(lines: list[str], room: float, largest: float) -> float:
    if len(lines) == 1:
        return fitting(lines[0], room, largest, lines=2)
    return min(fitting(line, room, largest) for line in lines)


def ems(text: str) -> float:
    """The width of a text in ems: a Chinese character is one, a Latin letter about 0.6."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.6 for c in text)


def fitting(text: str, millimetres: float, largest: float, *, lines: int = 1) -> float:
    """The type size in points, at most `largest`, at which the text fits into `lines` lines of this width; breaking costs up to a word."""
    width = (ems(text) + (2 if lines > 1 else 0)) * SLACK
    return round(min(largest, millimetres * POINTS_PER_MM * lines / max(width, 1)), 1)


def _placed(people: list[dict[str, object]], layout: Layout) -> list[dict[str, object]]:
    left = (A4[0] - layout.width * layout.across) / 2
    top = (A4[1] - layout.height * layout.down) / 2
    return [{**person, "x": left + layout.width * (n % layout.across), "y": top + layout.height * (n // layout.across)} for n, person in enumerate(people)]
