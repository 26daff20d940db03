"""What people write on a transfer besides the name of their university: fees, years, departments, the alliance itself."""

import re
import unicodedata

from zhconv_rs import zhconv

# Before names are looked for these go: the alliance, its host as payee, and the example that people copy.
ALLIANCE = (
    "高校教师发展中心可持续发展联盟", "高校教师发展可持续联盟", "高校教师发展联盟", "教师发展中心联盟", "教师发展联盟", "教发中心联盟", "教发联盟",
    "可持续发展联盟", "可持继发展联盟", "可持续联盟", "可持继联盟", "可持续连盟", "可持续发展连盟", "可持继连盟", "教师发展连盟", "教发连盟", "连盟", "联盟", "ilead",
)  # fmt: skip
PAYEE = ("西交利物浦大学", "西交利物浦", "西浦", "xjtlu")
COPIED = ("大学名称", "大学名", "学校名称", "学校名", "校名", "单位名称", "单位名", "某某大学", "xx大学", "xxx大学", "大学全称", "学校全称")
ENTRY = re.compile(r"入会[费非废]?|入盟[费非废]?|加盟费|会员入会|新会员")
ANNUAL = re.compile(r"年度?会?[费非废](?!用)|年[费非废]|会年费|续费|续会|年度会费")
GENERAL = re.compile(r"会[费非废]|缴费|费用")
CUT = re.compile(r"入会[费非废]?(?:及|和|与|、|\+|＋|加)?年$")
OTHER = re.compile(
    r"培训|会议费|会务|注册费|报名|研修|住宿|资料费|讲座|往来款|版面|房租|租金|论文|教材|捐赠|年会(?!费)|手续费|利息|其他|退款|工资|劳务|差旅|押金|保证金"
)
YEAR = re.compile(r"(?<!\d)(20[123]\d)(?!\d)")
RANGE = re.compile(r"(?<!\d)(20[123]\d)\s*(?:-|—|–|~|至|到)\s*(20[123]\d|[123]\d)(?!\d)")
SHORT_YEAR = re.compile(r"(?<!\d)([123]\d)\s*年")
CHINESE_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
DEPARTMENTS = (
    "资产与财务管理处", "财务与资产管理处", "财务与资产处", "计划财务处", "计划与财务处", "财务资产处", "资产财务处", "财务管理处", "财务处", "计财处", "财务部", "财务科",
    "财务中心", "结算中心", "教师教学发展中心", "教师发展与教学评估中心", "教师发展中心", "教学发展中心", "教师教学发展与评估中心", "教发中心", "教师工作部", "教务处", "人事处", "人力资源处",
    "国库集中支付", "零余额账户", "零余额", "基本户", "基本存款账户", "一般户", "事业单位", "本部", "机关", "发展规划处", "高等教育研究所", "高教所", "质量评估中心", "质量管理处",
)  # fmt: skip
# A name followed by one of these is another legal person, whatever stands before.
ANOTHER = re.compile(
    r"^.{0,8}?(?:附属|附中|附小|医院|分校|校区|独立学院|出版社|后勤|校友|基金会|科技园|资产经营|有限|公司|集团|工会|幼儿园|中学|小学|研究院|研究所|设计院|继续教育学院|学院|大学)"
)


def plain(text: str) -> str:
    """NFKC, lower case, simplified characters, no control characters."""
    folded = unicodedata.normalize("NFKC", text).lower()
    folded = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in folded)
    return zhconv(folded, "zh-hans")


def segments(text: str) -> list[str]:
    """The text in pieces between separators. Brackets are no separators: they stand inside names."""
    return [part for part in re.split(r"[\s+\-—–_/\\,，.。、;；:：|·&*#=<>《》“”\"'!！?？~]+", text) if part]


def years_in(text: str) -> list[int]:
    """The years a text speaks of: 2025, 25年, 2025-2027, 二〇二五."""
    plain_text = re.sub(r"二[〇零]([一二三四五六七八九〇零])([一二三四五六七八九〇零])", lambda m: m.group(0).translate(CHINESE_DIGITS), text)
    found: set[int] = set()
    for first, last in RANGE.findall(plain_text):
        end = int(last) if len(last) == 4 else int(first[:2] + last)
        if int(first) <= end <= int(first) + 6:
            found |= set(range(int(first), end + 1))
    found |= {int(year) for year in YEAR.findall(plain_text)}
    found |= {2000 + int(year) for year in SHORT_YEAR.findall(plain_text)}
    return sorted(found)


def fees_in(text: str) -> tuple[set[str], bool]:
    """The fees a text names out of entry, annual, other; and whether it speaks of a fee in general (会费) without saying which."""
    found: set[str] = set()
    rest = text
    if CUT.search(rest):
        found |= {"entry", "annual"}
    if ENTRY.search(rest):
        found.add("entry")
        rest = ENTRY.sub(" ", rest)
    if ANNUAL.search(rest):
        found.add("annual")
        rest = ANNUAL.sub(" ", rest)
    if OTHER.search(rest):
        found.add("other")
    general = bool(GENERAL.search(rest)) and not found
    if general and years_in(text):
        found.add("annual")  # a fee with a year is the year's
    return found, general


def speaks_of_alliance(text: str) -> bool:
    """Whether the alliance is named, however misspelt."""
    squeezed = "".join(segments(plain(text)))
    return any(word in squeezed for word in ALLIANCE)


def without(text: str, words: tuple[str, ...]) -> str:
    """The text with these words replaced by a separator."""
    for word in words:
        text = text.replace(word, "|")
    return text
