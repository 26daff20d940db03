"""Charts as SVG from the server: no script, no foreign library, and a table with the same figures behind each.

A chart is columns, one group a label; several series are stacked. The geometry is worked out here, the template only draws it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from django.utils.functional import Promise

from alliance.common.money import format_money

Number = int | float | Decimal
Text = str | Promise

WIDTH = 640
HEIGHT = 240
LEFT = 64
RIGHT = 8
TOP = 12
BOTTOM = 28
# Room for one label below the columns; with more columns than fit, every second, third … is named.
LABEL_WIDTH = 46
LABEL_GAP = 6
# How wide a sign of a label is drawn, about: Chinese ones fill their square.
WIDE, NARROW = 12, 6.5


@dataclass(frozen=True)
class Series:
    """One colour of a chart: what it is, and a value for each label, none of them negative."""

    label: Text
    values: Sequence[Number]


class Bar(NamedTuple):
    """A rectangle of the picture, in the picture's units, with what it says."""

    x: float
    y: float
    width: float
    height: float
    shade: int
    text: str


class Tick(NamedTuple):
    """A line of the scale."""

    y: float
    text: str


class Name(NamedTuple):
    """A label below the columns."""

    x: float
    text: str


@dataclass(frozen=True)
class Chart:
    """Columns, stacked by series. `money` shows values as yuan. `url` leads to the list behind the figures."""

    title: Text
    labels: Sequence[Text]
    series: Sequence[Series]
    money: bool = False
    url: str = ""
    note: Text = ""
    width: int = field(default=WIDTH, init=False)
    height: int = field(default=HEIGHT, init=False)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(value for series in self.series for value in series.values)

    @property
    def top(self) -> float:
        """The value at the upper end of the scale: the next round one above the highest column."""
        return nice_ceiling(max((self._total(position) for position in range(len(self.labels))), default=0))

    @property
    def ticks(self) -> list[Tick]:
        """Five lines of the scale, from nothing to `top`; fewer when the steps would not be whole."""
        steps = 4 if self.money or self.top % 4 == 0 else 2 if self.top % 2 == 0 else 1
        return [Tick(self._y(self.top * step / steps), self.text(self.top * step / steps, short=True)) for step in range(steps + 1)]

    @property
    def bars(self) -> list[Bar]:
        """All rectangles, the first series at the bottom of each column."""
        slot = self._slot
        width = min(slot * 0.7, 56)
        bars = []
        for position, label in enumerate(self.labels):
            below: float = 0
            for shade, series in enumerate(self.series, start=1):
                value = float(series.values[position])
                if not value:
                    continue
                x = LEFT + slot * position + (slot - width) / 2
                y = self._y(below + value)
                said = f"{label} · {series.label}: {self.text(series.values[position])}"
                bars.append(Bar(round(x, 1), round(y, 1), round(width, 1), round(self._y(below) - y, 1), shade, said))
                below += value
        return bars

    @property
    def names(self) -> list[Name]:
        """The labels that have room; a long one is shortened to it, and stands whole in the table."""
        every = max(1, -(-LABEL_WIDTH // max(int(self._slot), 1)))
        room = self._slot * every - LABEL_GAP
        return [
            Name(round(LEFT + self._slot * (position + 0.5), 1), _shortened(str(label), room))
            for position, label in enumerate(self.labels)
            if position % every == 0
        ]

    @property
    def rows(self) -> list[tuple[Text, list[str]]]:
        """The table behind the picture: a label, then a text for each series."""
        return [(label, [self.text(series.values[position]) for series in self.series]) for position, label in enumerate(self.labels)]

    @property
    def right(self) -> int:
        """Where the scale's lines end."""
        return WIDTH - RIGHT

    @property
    def left(self) -> int:
        """Where the columns begin."""
        return LEFT

    def text(self, value: Number, *, short: bool = False) -> str:
        """A value as people read it; `short` without fen, for the scale."""
        if self.money:
            return f"¥{value:,.0f}" if short else format_money(Decimal(str(value)))
        return f"{value:,.0f}"

    @property
    def _slot(self) -> float:
        return (WIDTH - LEFT - RIGHT) / max(len(self.labels), 1)

    def _total(self, position: int) -> float:
        return sum(float(series.values[position]) for series in self.series)

    def _y(self, value: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / self.top, 1)


def nice_ceiling(value: float) -> float:
    """The next of 1, 2, 4, 5, 10, 20, 40, 50, 100 … that is not below `value`; 1 for nothing."""
    step = 1.0
    while True:
        for factor in (1, 2, 4, 5):
            if factor * step >= value:
                return factor * step
        step *= 10


def _shortened(label: str, room: float) -> str:
    """The label, or as much of its beginning as `room` holds with an ellipsis."""
    if sum(WIDE if ord(sign) > 255 else NARROW for sign in label) <= room:
        return label
    kept, width = "", WIDE
    for sign in label:
        width += WIDE if ord(sign) > 255 else NARROW
        if width > room:
            break
        kept += sign
    return f"{kept}…"
