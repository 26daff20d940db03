"""What people write on a transfer besides the name of their university: fees, years, departments, the alliance itself."""

import re
import unicodedata

from zhconv_rs import zhconv

# Before names are looked for these go: the alliance, its host as payee, and the example that people copy.
ALLIANCE = re.compile(
    r"(?:全国|高校|教师教学|教师|教发|教学|可持[续继绪]|可特续|持续|发展|中心|加入)*[联连][盟萌]|[联连]盟|领导与教育前沿院|可持[续继](?:发展)?(?=[年入会+\-\s])|ilead|asedhe",
    re.IGNORECASE,
)
PAYEE = ("西交利物浦大学", "利物浦大学苏州", "西交利物浦", "西利浦", "西浦", "xjtlu")
COPIED = (
    "大学名称",
    "高校名称",
    "某大学",
    "某高校",
    "某学校",
    "xx学校",
    "xx高校",
    "大学名",
    "学校名称",
    "学校名",
    "校名",
    "单位名称",
    "单位名",
    "某某大学",
    "xx大学",
    "xxx大学",
    "大学全称",
    "学校全称",
)
ENTRY = re.compile(
    r"(?:首次|新)?入会员?[费非废责金]?|入盟[费非废]?|[人如进]会费|入汇费|加盟费|会员入会|新会员|加入(?:可持续(?:发展)?)?联盟(?:的?费用?)?|入联盟费|准入费|(?<!\d)一次性会费"
)
ANNUAL = re.compile(r"年度?会?员?[费非废贵肥](?:用)?|会年费|(?<!手)续费|续会|续缴会费|(?:首|第一|第二|本|当|上|明)年(?:度)?(?:会)?费用?|nianfei")
GENERAL = re.compile(r"会员?[费非废贵]|会fei|huifei|缴费|费用|(?<=\d)费")
CUT = re.compile(r"入会[费非废]?(?:及|和|与|、|\+|＋|加)?年$")
# Whatever a university may pay the host for besides the alliance's fees. Words that say nothing (往来款, 转账, 其他) are not among them.
OTHER = re.compile(
    r"创新年会|年会(?!费)|年会(?=费?(?:注册|报名|住宿|参会))|会议费|会务|参会|大会|论坛|工作坊|沙龙|注册费|报名|培训(?!中心)|研修|进修|讲座|讲课|授课|专家费|评审|认证|考试|证书费|测评|测试费"
    r"|住宿|房费|房租|租金|场地|餐费|餐饮|资料费|教材|书费|书款|版面|论文|期刊|杂志|学费|咨询费|服务费|设计费|制作费|印刷费|检测费|加工费|课题|项目经费|项目款|科研|横向|合作费|合作款|经费"
    r"|捐赠|捐款|赞助|手续费|利息|结息|退款|退回|退费|退汇|冲正|工资|劳务|薪|差旅|报销|借款|还款|货款|设备款|工程款|押金|保证金|定金|奖金|奖学金|补贴|补助|社保|公积金|税款|水电费|物业|车费|机票"
)
YEAR = re.compile(r"(?<!\d)(20[123]\d)(?!\d)")
RANGE = re.compile(r"(?<!\d)(20[123]\d)\s*(?:-|—|–|~|至|到)\s*(20[123]\d|[123]\d)(?!\d)")
SHORT_YEAR = re.compile(r"(?<![\d.])([23]\d)\s*年")
SHORT_RANGE = re.compile(r"(?<![\d.])([23]\d)\s*[-—–~至到、,和及/]\s*([23]\d)\s*年")
# 2025/01, 2025.1-2025.12: the months of a year are no years.
MONTHS = re.compile(r"(?<!\d)(20[123]\d)[./年-](?:0?[1-9]|1[0-2])(?=月|\D|$)(?:月)?")
CHINESE_DIGITS = str.maketrans("〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖", "00123456789123456789")
CHINESE_YEAR = re.compile(r"[二贰][〇零0][一二三四五六七八九〇零壹贰叁肆伍陆柒捌玖]{2}(?=年|度|会|费|$|\W)")
# The number of a payment notice as it is written; its year is the year of issue and says nothing about the fee.
NOTICE = re.compile(r"jf[\s\W_]?20\d\d[\s\W_]?\d{3,}")
# A fee of ours by its own name; 缴费 and 费用 are anybody's.
OWN_FEE = re.compile(r"会员?[费非废贵]|会fei|huifei")
# What is no word: amounts, days, the currency, the sum's unit.
FIGURE = re.compile(r"\d+[年月日号元万千]?|rmb|cny|yuan|人民币|圆|整")
# Small words around a name.
SMALL = (
    "付", "交", "缴纳", "缴", "补", "转账", "转", "汇款", "汇", "款", "及", "和", "与", "年度", "年", "元", "入会", "会费", "费", "理事单位", "成员单位", "会员单位", "单位",
    "支付", "代", "预", "附言", "摘要", "跨行", "用途", "网银", "往来", "其他", "电汇", "的", "老师", "关于", "来自", "我校", "本校", "学校", "第一", "本", "度",
)  # fmt: skip
DEPARTMENTS = (
    "资产与财务管理处", "财务与资产管理处", "财务与资产处", "计划财务处", "计划与财务处", "财务资产处", "资产财务处", "财务管理处", "财务处", "计财处", "财务部", "财务科",
    "财务中心", "结算中心", "教师教学发展中心", "教师发展与教学评估中心", "教师发展中心", "教学发展中心", "教师教学发展与评估中心", "教发中心", "教师工作部", "教务处", "人事处", "人力资源处",
    "国库集中支付", "零余额账户", "零余额", "基本户", "基本存款账户", "一般户", "事业单位", "本部", "机关", "发展规划处", "高等教育研究所", "高教所", "质量评估中心", "质量管理处",
)  # fmt: skip
# A name followed by one of these is another legal person, whatever stands before.
ANOTHER = re.compile(
    r"^.{0,10}?(?:附属|附中|附小|附校|医院|诊所|分校|校区|独立学院|出版社|后勤|校友|基金会|科技园|产业园|资产经营|有限|公司|集团|控股|投资|工会|幼儿园|中学|小学|学校|实验校|研究院|研究所|研究生院|设计院"
    r"|编辑部|杂志社|期刊社|学报|印刷厂|招待所|宾馆|酒店|食堂|超市|协会|学会|商会|学生会|继续教育学院|学院|大学)"
)
# What may follow a name without making it another's: an office of it.
OFFICE = re.compile(r"(?:处|部|室|办|科|中心|账户|专户|户|馆|组|会计|出纳)$")


def plain(text: str) -> str:
    """NFKC, lower case, simplified characters, no control characters."""
    folded = unicodedata.normalize("NFKC", text).lower()
    folded = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in folded)
    return zhconv(folded, "zh-hans")


def segments(text: str) -> list[str]:
    """The text in pieces between separators. Brackets are no separators: they stand inside names."""
    return [part for part in re.split(r"[\s+\-—–_/\\,，.。、;；:：|·&*#=<>《》“”\"'!！?？~]+", text) if part]


def years_in(text: str) -> list[int]:
    """The years a text speaks of: 2025, 25年, 2025-2027, 25-26年, 二〇二五."""
    plain_text = CHINESE_YEAR.sub(lambda m: m.group(0).translate(CHINESE_DIGITS), text)
    found: set[int] = set()
    for first, last in RANGE.findall(plain_text):
        end = int(last) if len(last) == 4 else int(first[:2] + last)
        if len(last) == 2 and end - int(first) not in range(1, 7):
            continue  # 2025-12 is a month
        if int(first) <= end <= int(first) + 6:
            found |= set(range(int(first), end + 1))
    for first, last in SHORT_RANGE.findall(plain_text):
        if int(first) <= int(last) <= int(first) + 6:
            found |= {2000 + int(first), 2000 + int(last)}
    found |= {int(year) for year in YEAR.findall(plain_text)}
    found |= {2000 + int(year) for year in SHORT_YEAR.findall(MONTHS.sub(r"\1", plain_text))}
    return sorted(found)


def fees_in(text: str) -> tuple[set[str], bool]:
    """The fees a text names out of entry, annual, other; and whether it speaks of a fee in general (会费) without saying which."""
    found: set[str] = set()
    rest = text
    rest = re.sub(r"教育创新年会费?", " 会议费 ", rest)
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
    if years_in(text) and (general or (not found and speaks_of_alliance(text))):
        found.add("annual")  # a fee with a year is the year's
    return found, general


def speaks_of_alliance(text: str) -> bool:
    """Whether the alliance is named, however misspelt."""
    return bool(ALLIANCE.search("".join(segments(plain(text)))))


def names_our_fee(text: str) -> bool:
    """Whether a fee of the alliance, or the alliance itself, is named."""
    return any(pattern.search(text) for pattern in (ENTRY, ANNUAL, OWN_FEE)) or speaks_of_alliance(text)


def without(text: str, words: tuple[str, ...]) -> str:
    """The text with these words replaced by a separator."""
    for word in words:
        text = text.replace(word, "|")
    return text
