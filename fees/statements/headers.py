"""How banks call their columns. Names are compared after folding: NFKC, no spaces, without what stands in square brackets."""

import re
import unicodedata

COLUMNS: dict[str, tuple[str, ...]] = {
    "date": ("交易日期", "交易时间", "记账日期", "入账日期", "会计日期", "发生日期", "日期", "记账日", "交易日", "入账时间"),
    "time": ("交易时间", "时间"),
    "credit": (
        "贷方发生额", "贷方发生额(收入)", "贷方金额", "贷方金额(收入)", "收入金额", "收入", "转入金额", "转入", "收款金额", "存入金额", "入账金额", "贷", "贷方", "存入",
    ),
    "debit": (
        "借方发生额", "借方发生额(支取)", "借方金额", "借方金额(支出)", "支出金额", "支出", "转出金额", "转出", "付款金额", "取出金额", "借", "借方", "支取",
    ),
    "amount": ("交易金额", "发生额", "金额", "交易额"),
    "direction": ("借贷标志", "收支标志", "收支标识", "借/贷", "借贷", "收支方向", "借贷方向", "收/支", "收支类型"),
    "balance": ("余额", "账户余额", "交易后余额", "本次余额", "当前余额"),
    "payer_name": (
        "付款人名称", "对方户名", "对方名称", "对方单位", "对方单位名称", "对方账号名称", "对方账户名称", "对方账户名", "对手名称", "对手户名", "交易对手名称", "交易对方",
        "收付款方名称", "对方姓名", "付款方名称", "付款方户名", "付款人",
    ),
    "payer_account": (
        "付款人账号", "对方账号", "对方账户", "对方账户号", "对方卡号", "对手账号", "交易对手账号", "收付款方账号", "付款方账号", "对方帐号",
    ),
    "payer_bank": ("付款人开户行名", "对方开户行", "对方开户机构", "对方账号开户行", "对方银行", "对方开户行名称", "付款方开户行"),
    "serial": (
        "交易流水号", "银行流水号", "核心流水号", "核心唯一流水号", "账户明细编号-交易流水号", "交易编号", "主机交易流水号", "日志号", "流水号",
    ),
    "own_account": ("本方账号", "收款人账号", "账号", "账户号"),
}  # fmt: skip
# All of these are kept; the first that is not empty is what the payer wrote.
REMARKS = ("客户附言", "交易附言", "附言", "用途", "交易用途", "备注", "摘要", "交易摘要", "交易描述", "留言")

_BANKS: dict[str, str] = {
    "CMBC 民生银行": "交易时间 交易流水号 借方发生额 贷方发生额 账户余额 凭证号 客户附言 对方账号 对方账号名称 对方开户行",
    "CMBC 民生银行（早期模板）": "交易日期 主机交易流水号 借方发生额 贷方发生额 账户余额 凭证号 摘要 对方账号 对方账号名称 对方开户行 交易时间",
    "ICBC 工商银行": "凭证号 本方账号 对方账号 交易时间 借/贷 对方单位 转入金额 转出金额 余额 用途 摘要 附言",
    "ICBC 工商银行（日期版）": "日期 对方户名 对方账号 摘要 借方发生额 贷方发生额 余额",
    "CCB 建设银行": "账号 账户名称 交易时间 借方发生额(支取) 贷方发生额(收入) 余额 币种 对方户名 对方账号 对方开户机构 记账日期 摘要 备注 账户明细编号-交易流水号",
    "BOC 中国银行": "交易类型 业务类型 付款人账号 付款人名称 收款人账号 收款人名称 交易日期 交易时间 交易货币 交易金额 交易后余额 交易流水号 摘要 用途 交易附言 备注",
    "ABC 农业银行": "交易时间 收入金额 支出金额 账户余额 对方账号 对方户名 交易用途",
    "CIB 兴业银行": "银行流水号 户名 账号 交易时间 借方金额(支出) 贷方金额(收入) 账户余额 摘要 对方账号 对方户名",
    "SPDB 浦发银行": "交易日期 交易时间 交易流水号 借方金额 贷方金额 余额 摘要 备注 对方账号 对方户名",
    "HXB 华夏银行": "核心流水号 交易日期 支出金额 收入金额 余额 摘要 交易描述 对方账号 对方户名",
    "PAB 平安银行": "交易时间 账号 收入 支出 账户余额 对方户名 对方账号 对方账号开户行 摘要 交易流水号 核心唯一流水号 交易用途 币种",
    "PAB 平安银行（旧版）": "交易日期 账号 借 贷 账户余额 对方账户 对方账户名称 交易流水号 摘要 用途",
    "CBHB 渤海银行": "交易日期 交易时间 交易流水号 收支标识 交易金额 账户余额 对方账号 对方户名 摘要 备注",
    "SCRCB 四川农商行": "交易日期 交易流水号 支出金额 收入金额 账户余额 对方账号 对方户名 摘要",
    "CEB 光大银行": "交易时间 借方发生额 贷方发生额 账户余额 对方名称 对方账号 摘要 凭证号",
    "FC 财务公司": "交易编号 日期 付款金额 收款金额 余额 对方账户号 对方账户名称 摘要",
}
ALIKE = 0.75
TOTALS = ("合计", "总计", "小计", "本页", "累计", "笔数", "total")
IN = {"贷", "贷方", "收入", "来账", "转入", "收", "存入", "进", "c", "cr", "credit", "in", "+"}
OUT = {"借", "借方", "支出", "往账", "转出", "支", "付", "支取", "d", "dr", "debit", "out", "-"}


def folded(text: str) -> str:
    """A column's name as it is compared."""
    plain = unicodedata.normalize("NFKC", text).lower()
    plain = re.sub(r"\[.*?\]", "", plain)
    return re.sub(r"\s+", "", plain).strip(":*")


def bank_of(header: tuple[str, ...]) -> str:
    """The bank whose layout this header is, or an empty text."""
    cells = {folded(cell) for cell in header if cell}
    best, name = 0.0, ""
    for bank, words in _BANKS.items():
        wanted = {folded(word) for word in words.split()}
        alike = len(cells & wanted) / len(wanted | (cells & wanted))
        likeness = alike - 0.001 * len(cells - wanted)
        if likeness > best:
            best, name = likeness, bank
    return name if best >= ALIKE else ""


def columns_of(header: list[str]) -> tuple[dict[str, int], list[int]]:
    """Our names of columns to their positions, and the positions of all remark columns, the best first."""
    names = [folded(cell) for cell in header]
    found: dict[str, int] = {}
    for column, synonyms in COLUMNS.items():
        for synonym in synonyms:
            position = next((n for n, name in enumerate(names) if name == folded(synonym) and n not in _taken(found, column)), None)
            if position is not None:
                found[column] = position
                break
    remarks = [n for word in REMARKS for n, name in enumerate(names) if name == word]
    return found, list(dict.fromkeys(remarks))


def looks_like_header(row: list[str]) -> bool:
    """Whether a row names a date, money that came in, and something about the payer."""
    columns, remarks = columns_of(row)
    return "date" in columns and bool({"credit", "amount"} & set(columns)) and bool({"payer_name", "payer_account"} & set(columns) or remarks)


def _taken(found: dict[str, int], column: str) -> set[int]:
    """A column serves once; date and time alone may be the same one."""
    return set() if column in {"date", "direction"} else {position for name, position in found.items() if name != "own_account"}
