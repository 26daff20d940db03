"""The map of tiles on the start page: one tile a province, so that small ones count as much as large ones."""

from dataclasses import dataclass

# Full name as in the ministry's list, short name, row and column of the tile.
TILES = [
    ("黑龙江省", "黑龙江", 1, 9), ("新疆维吾尔自治区", "新疆", 2, 1), ("内蒙古自治区", "内蒙古", 2, 6), ("吉林省", "吉林", 2, 9),
    ("甘肃省", "甘肃", 3, 3), ("宁夏回族自治区", "宁夏", 3, 4), ("山西省", "山西", 3, 5), ("河北省", "河北", 3, 6),
    ("北京市", "北京", 3, 7), ("天津市", "天津", 3, 8), ("辽宁省", "辽宁", 3, 9), ("青海省", "青海", 4, 2),
    ("陕西省", "陕西", 4, 4), ("河南省", "河南", 4, 5), ("山东省", "山东", 4, 7), ("西藏自治区", "西藏", 5, 1),
    ("四川省", "四川", 5, 3), ("重庆市", "重庆", 5, 4), ("湖北省", "湖北", 5, 5), ("安徽省", "安徽", 5, 6),
    ("江苏省", "江苏", 5, 7), ("上海市", "上海", 5, 8), ("云南省", "云南", 6, 3), ("贵州省", "贵州", 6, 4),
    ("湖南省", "湖南", 6, 5), ("江西省", "江西", 6, 6), ("浙江省", "浙江", 6, 7), ("广西壮族自治区", "广西", 7, 4),
    ("广东省", "广东", 7, 5), ("福建省", "福建", 7, 6), ("台湾省", "台湾", 7, 8), ("海南省", "海南", 8, 4),
    ("澳门特别行政区", "澳门", 8, 5), ("香港特别行政区", "香港", 8, 6),
]  # fmt: skip
SHADES = 4


@dataclass(frozen=True)
class Tile:
    """A province's place on the map, its members, and how dark it is (0 for none, 1 to 4)."""

    province: str
    short: str
    row: int
    column: int
    members: int
    shade: int


def tiles(counts: dict[str, int]) -> list[Tile]:
    """The map for `counts` (members by full name of the province). A name that is no province has no tile; the totals count it all the same."""
    most = max((counts.get(name, 0) for name, *_place in TILES), default=0)
    return [Tile(name, short, row, column, counts.get(name, 0), shade(counts.get(name, 0), most)) for name, short, row, column in TILES]


def shade(members: int, most: int) -> int:
    """0 for none, else 1 to 4 in equal steps up to `most`."""
    return -(-members * SHADES // most) if most else 0
