"""Remarks that are easily got wrong, made by fixed lots from the ministry's list: half of the universities to tune on, the other half not."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from pypinyin import lazy_pinyin
from zhconv_rs import zhconv

from fees.matching.register import Register

EACH = 16
LEADS = (
    "可持续联盟+",
    "联盟 ",
    "高校教师发展中心可持续发展联盟",
    "教发联盟-",
    "可持续发展联盟：",
    "ILEAD ",
    "",
    "摘要:跨行汇款 附言:可持续联盟+",
    "付西交利物浦大学可持续联盟",
)
TAILS = ("+年费", " 入会费", "入会费及年费", "2026年费", "-2026年度会费", "会费", "（年费）", "/联盟年会费", "+入会费3000年费2000", " 2026年联盟年费2000元")
DEPARTMENTS = (
    "教师教学发展中心",
    "教务处",
    "人事处",
    "教师发展中心",
    "计划财务处",
    "财务处",
    "党委教师工作部",
    "教师发展与教学评估中心",
    "高等教育研究院",
    "本科生院",
)
ANOTHER = ("附属中学", "附属第一医院", "出版社有限责任公司", "校友会", "教育发展基金会", "资产经营有限公司", "后勤集团", "附属实验小学", "科技园发展有限公司")
INSIDE = ("商学院", "马克思主义学院", "国际教育学院", "继续教育学院", "文理学院")
OTHERS = ("培训费", "会议注册费", "年会注册费", "住宿费", "教材款", "论文版面费", "研修班报名费", "差旅退款", "创新者大会会务费", "场地租金")
PEOPLE = (
    "张三",
    "王建国",
    "李老师",
    "欧阳明",
    "四川省高校师资培训中心",
    "苏州市财政局国库支付中心",
    "国库集中支付中心",
    "江苏省教育厅",
    "某某会议服务有限公司",
    "支付宝（中国）网络技术有限公司",
)
SEPARATORS = "＋　—/-、_|:~*"


@dataclass(frozen=True)
class Trap:
    """A transfer and what is true of it.

    `truth`: the units that it is for. `rule`: one (this unit), all (each must be offered, none alone is sure), among (must be offered, never sure),
    never (nobody may be sure), none (no unit can be known).
    """

    kind: str
    remark: str
    payer: str
    amount: int | None
    truth: tuple[str, ...]
    rule: str


def traps(register: Register, part: str) -> list[Trap]:
    """All traps of a part (tuned or held), the same at every call."""
    return list(_Maker(register, part).all())


class _Maker:
    def __init__(self, register: Register, part: str) -> None:
        self.register, self.lot = register, random.Random(f"traps-{part}-3")
        self.half = 0 if part == "tuned" else 1
        official = register.official
        self.known = set(official.values())
        mine = [pk for pk in sorted(official) if pk % 2 == self.half and official[pk] != "西交利物浦大学"]
        self.members = [pk for pk in mine if pk in register.members]
        self.others = [pk for pk in mine if pk not in register.members]
        shapes: dict[str, list[int]] = {}
        for pk, name in official.items():
            for n in range(len(name)):
                shapes.setdefault(name[:n] + "?" + name[n + 1 :], []).append(pk)
        self.near = {pk: [o for n in range(len(official[pk])) for o in shapes[official[pk][:n] + "?" + official[pk][n + 1 :]] if o != pk] for pk in official}

    def name(self, pk: int) -> str:
        return self.register.official[pk]

    def member(self) -> int:
        return self.lot.choice(self.members)

    def due(self, pk: int) -> int:
        return int(self.register.invoices[pk][0].owed) if pk in self.register.invoices else 2000

    def say(self, name: str) -> str:
        return self.lot.choice(LEADS) + name + self.lot.choice(TAILS)

    def all(self) -> Iterator[Trap]:
        lot = self.lot
        with_near = [pk for pk in self.members if self.near[pk]]
        inside = [(pk, o) for pk in self.members + self.others for o in self.register.official if o != pk and self.name(o) in self.name(pk)]
        shorts: dict[str, set[int]] = {}
        for key, entries in self.register.names.items():
            shorts[key] = {pk for pk, _full, _ambiguous in entries}
        ambiguous = [(k, v) for k, v in shorts.items() if len(v) > 1 and min(v) % 2 == self.half]
        unique = [
            (k, next(iter(v)))
            for k, v in shorts.items()
            if len(v) == 1
            and k not in self.known
            and len(k) < 7
            and not k.isascii()
            and next(iter(v)) % 2 == self.half
            and "利物浦" not in k
            and "西浦" not in k
        ]
        for _n in range(EACH):
            pk = self.member()
            yield Trap("plain", self.say(self.name(pk)), "", self.due(pk), (self.name(pk),), "one")
            pk = self.member()
            yield Trap("plain, payer", self.say(self.name(pk)), self.name(pk) + lot.choice(("", "财务处", "计划财务处")), self.due(pk), (self.name(pk),), "one")
            pk = self.member()
            yield Trap(
                "payer alone",
                lot.choice(("联盟年费", "会费", "可持续联盟+大学名+年费", "", "教发联盟会费")),
                self.name(pk),
                self.due(pk),
                (self.name(pk),),
                "one",
            )
            pk = lot.choice(with_near)
            yield Trap("one character away", self.say(self.name(pk)), "", self.due(pk), (self.name(pk),), "one")
            pk = lot.choice(with_near)
            other = lot.choice(self.near[pk])
            yield Trap("payer one character away", self.say(self.name(pk)), self.name(other), self.due(pk), (self.name(pk), self.name(other)), "among")
            pk, other = lot.choice(inside)
            yield Trap("contains another", self.say(self.name(pk)), lot.choice(("", self.name(pk))), 2000, (self.name(pk),), "one")
            yield Trap("contains another, payer the other", self.say(self.name(pk)), self.name(other), 2000, (self.name(pk), self.name(other)), "among")
            key, pks = lot.choice(ambiguous)
            yield Trap("ambiguous short name", self.say(key), "", 2000, tuple(self.name(o) for o in sorted(pks)), "among")
            key, pks = lot.choice(ambiguous)
            pk = lot.choice([o for o in sorted(pks) if o % 2 == self.half])
            yield Trap("ambiguous, payer tells", self.say(key), self.name(pk), self.due(pk), (self.name(pk),), "one")
            key, pk = lot.choice(unique)
            yield Trap("short name", self.say(key), "", 2000, (self.name(pk),), "one")
            pk = self.member()
            cut = self.name(pk)[: lot.randint(3, max(3, len(self.name(pk)) - 1))]
            yield Trap("cut in the name", lot.choice(LEADS[:5]) + cut, "", self.due(pk), (self.name(pk),), "among")
            pk = self.member()
            yield Trap("cut, payer tells", lot.choice(LEADS[:5]) + self.name(pk)[:-1], self.name(pk), self.due(pk), (self.name(pk),), "one")
            pk = self.member()
            yield Trap("traditional", zhconv(self.say(self.name(pk)), "zh-hant"), "", self.due(pk), (self.name(pk),), "one")
            pk = self.member()
            yield Trap("misspelt", self.say(self.misspelt(pk)), "", self.due(pk), (self.name(pk),), "among")
            pk = self.member()
            yield Trap("a character is lost", self.say(self.shortened(pk)), "", self.due(pk), (self.name(pk),), "among")
            pk = self.member()
            yield Trap(
                "payee in the remark", f"付西交利物浦大学可持续联盟年费-{self.name(pk)}", lot.choice(("", self.name(pk))), self.due(pk), (self.name(pk),), "one"
            )
            yield Trap("payee alone", lot.choice(("付西交利物浦大学年费", "西交利物浦大学联盟会费", "转西浦ILEAD会费")), "", 2000, (), "none")
            a, b = lot.sample(self.members, 2)
            text = lot.choice(("{a}、{b}联盟会费", "联盟+{a}+{b}+年费", "{a}和{b}年费", "{a}与{b} 联盟年费", "可持续联盟 {a} {b} 年费"))
            yield Trap(
                "two units", text.format(a=self.name(a), b=self.name(b)), lot.choice(PEOPLE[:7]), self.due(a) + self.due(b), (self.name(a), self.name(b)), "all"
            )
            pk = self.member()
            yield Trap(
                "department", lot.choice(LEADS[:6]) + self.name(pk) + lot.choice(DEPARTMENTS) + lot.choice(TAILS), "", self.due(pk), (self.name(pk),), "one"
            )
            pk = self.member()
            yield Trap(
                "a school inside", lot.choice(LEADS[:5]) + self.name(pk) + lot.choice(INSIDE) + lot.choice(TAILS), "", self.due(pk), (self.name(pk),), "among"
            )
            pk = self.member()
            extra = lot.choice(ANOTHER)
            yield Trap("another legal person", "联盟会费 " + self.name(pk) + extra, self.name(pk) + extra, self.due(pk), (), "never")
            pk = self.member()
            yield Trap("somebody else pays", self.say(self.name(pk)), lot.choice(PEOPLE), self.due(pk), (self.name(pk),), "one")
            pk = self.member()
            yield Trap(
                "other income", lot.choice(("", self.name(pk))) + lot.choice(OTHERS), lot.choice((self.name(pk), "张三", "某科技有限公司")), 1500, (), "never"
            )
            yield Trap(
                "no unit",
                lot.choice(("联盟年费", "会费", "教师发展联盟会费", "年费2026", "入会费", "联盟 +大学名+入会费", "大学名+年费")),
                lot.choice(("", *PEOPLE)),
                2000,
                (),
                "none",
            )
            pk = self.member()
            yield Trap(
                "spaces and signs in the name",
                lot.choice(LEADS[:3]) + lot.choice(SEPARATORS).join(self.name(pk)) + lot.choice(TAILS),
                "",
                self.due(pk),
                (self.name(pk),),
                "among",
            )
            pk = self.member()
            yield Trap("separators", lot.choice(SEPARATORS).join(("可持续联盟", self.name(pk), "年费")), self.name(pk), self.due(pk), (self.name(pk),), "one")
            pk = self.member()
            campus = lot.choice(("东校区", "江北校区", "（北校区）", "新校区", "珠海校区"))
            yield Trap("campus", "联盟年费" + self.name(pk) + campus, "", self.due(pk), (self.name(pk),), "among")
            pk = lot.choice(self.others)
            yield Trap("no member", self.say(self.name(pk)), lot.choice(("", self.name(pk))), 5000, (self.name(pk),), "among")
            pk = self.member()
            yield Trap("wrong amount", self.say(self.name(pk)), self.name(pk), 1234, (self.name(pk),), "among")
            pk = self.member()
            yield Trap("person's name and unit", f"{self.name(pk)}王芳老师联盟年费", "王芳", self.due(pk), (self.name(pk),), "one")
            pk = self.member()
            yield Trap("in words", f"{self.name(pk)}缴纳高校教师发展中心可持续发展联盟二〇二六年度年费", "", self.due(pk), (self.name(pk),), "one")

    def misspelt(self, pk: int) -> str:
        """The name with one character that sounds like another's, or simply another; never somebody's name."""
        name = self.name(pk)
        pool = sorted({c for other in self.known for c in other})
        for _try in range(200):
            n = self.lot.randrange(len(name))
            alike = [c for c in pool if c != name[n] and lazy_pinyin(c) == lazy_pinyin(name[n])]
            wrong = name[:n] + self.lot.choice(alike or pool) + name[n + 1 :]
            if wrong not in self.known and not any(wrong.startswith(k) or k in wrong for k in self.known if len(k) > 3):
                return wrong
        return name

    def shortened(self, pk: int) -> str:
        """The name without one of its inner characters."""
        name = self.name(pk)
        n = self.lot.randrange(1, len(name) - 1)
        return name[:n] + name[n + 1 :]
