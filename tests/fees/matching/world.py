"""A small world to match against: universities that are easily mistaken for each other, members among them, open notices."""

from decimal import Decimal

from fees.matching.register import OpenInvoice, Register

# name: aliases (an alias of several is ambiguous), member, what is open: (number, amount, fees, years)
ANNUAL = ("annual",)
BOTH = ("entry", "annual")
WORLD = {
    "苏州大学": (["苏大"], True, [("0001", 2000, ANNUAL, (2026,))]),
    "苏州科技大学": (["苏科大"], True, [("0002", 2000, ANNUAL, (2026,))]),
    "苏州工学院": (["常熟理工学院"], True, [("0003", 5000, BOTH, (2026,))]),
    "苏州城市学院": ([], False, []),
    "燕山大学": (["燕大"], True, [("0004", 2000, ANNUAL, (2025,)), ("0005", 2000, ANNUAL, (2026,))]),
    "东北财经大学": (["东财"], True, [("0006", 2000, ANNUAL, (2026,))]),
    "东北大学": (["东大"], False, []),
    "东南大学": (["东大"], True, [("0007", 2000, ANNUAL, (2026,))]),
    "河北大学": ([], True, [("0008", 2000, ANNUAL, (2026,))]),
    "河北大学工商学院": ([], False, []),
    "河北民族师范学院": (["河北民师"], True, [("0009", 5000, BOTH, (2026,))]),
    "河北师范大学": (["河北师大"], False, []),
    "河南大学": ([], True, [("0010", 2000, ANNUAL, (2026,))]),
    "湖南大学": (["湖大"], True, [("0011", 2000, ANNUAL, (2026,))]),
    "湖北大学": (["湖大"], True, [("0012", 2000, ANNUAL, (2026,))]),
    "海南大学": ([], False, []),
    "西南财经大学": (["西财", "西南财大"], True, [("0013", 2000, ANNUAL, (2026,))]),
    "西南大学": (["西大"], True, [("0014", 2000, ANNUAL, (2026,))]),
    "西北大学": (["西大"], True, [("0015", 2000, ANNUAL, (2026,))]),
    "广西大学": (["西大"], False, []),
    "西华师范大学": (["西华师大"], True, [("0016", 5000, BOTH, (2026,))]),
    "成都大学": ([], True, [("0017", 5000, BOTH, (2026,))]),
    "华中科技大学": (["华科", "华中大"], False, []),
    "华中师范大学": (["华师", "华中师大"], True, [("0018", 2000, ANNUAL, (2026,))]),
    "华东师范大学": (["华师", "华东师大"], True, [("0019", 2000, ANNUAL, (2026,))]),
    "华南师范大学": (["华师", "华南师大"], False, []),
    "南京大学": (["南大"], True, [("0020", 2000, ANNUAL, (2026,))]),
    "南昌大学": (["南大"], True, [("0021", 2000, ANNUAL, (2026,))]),
    "南京师范大学": (["南师大"], True, [("0022", 2000, ANNUAL, (2026,))]),
    "中国石油大学（北京）": ([], True, [("0023", 2000, ANNUAL, (2026,))]),
    "中国石油大学（华东）": ([], True, [("0024", 2000, ANNUAL, (2026,))]),
    "香港中文大学（深圳）": (["港中大（深圳）", "港中深"], True, [("0025", 2000, ANNUAL, (2026,))]),
    "常州工学院": (["常工"], True, [("0026", 5000, BOTH, (2026,))]),
    "常州大学": ([], True, [("0027", 2000, ANNUAL, (2026,))]),
    "西交利物浦大学": (["西浦"], True, []),
    "浙江万里学院": (["万里学院"], True, [("0028", 2000, ANNUAL, (2026,))]),
    "浙江大学": (["浙大"], False, []),
    "浙江工业大学": (["浙工大"], True, [("0029", 2000, ANNUAL, (2026,))]),
    "浙江工商大学": (["浙工商"], True, [("0030", 2000, ANNUAL, (2026,))]),
    "西安欧亚学院": (["欧亚学院"], True, [("0031", 2000, ANNUAL, (2026,))]),
    "温州大学": (["温大"], True, [("0032", 2000, ANNUAL, (2026,)), ("0033", 2000, ANNUAL, (2027,))]),
    "福州大学": (["福大"], True, [("0034", 2000, ANNUAL, (2026,))]),
    "扬州大学": (["扬大"], True, [("0035", 2000, ANNUAL, (2026,))]),
    "郑州大学": (["郑大"], False, []),
}


def register() -> Register:
    """The world as matching sees it."""
    found = Register()
    found.entry_fee, found.amounts = Decimal(3000), {Decimal(2000)}
    owners: dict[str, set[int]] = {}
    for pk, (name, (aliases, member, invoices)) in enumerate(WORLD.items(), start=1):
        found.official[pk] = name
        if member:
            found.members.add(pk)
        for number, amount, fees, years in invoices:
            invoice = OpenInvoice(pk * 10 + int(number[-1]), f"JF2026-{number}", Decimal(amount), frozenset(fees), frozenset(years))
            found.add_invoice(pk, invoice)
        for alias in aliases:
            owners.setdefault(alias, set()).add(pk)
    for pk, name in found.official.items():
        found.add_name(name, pk, full=True, ambiguous=False)
    for alias, pks in owners.items():
        for pk in pks:
            found.add_name(alias, pk, full=alias == "常熟理工学院", ambiguous=len(pks) > 1)
    return found
