"""Institutions, and the names they go by."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.common.models.sheets import RowOutcome
from alliance.common.sheets.kinds import Column, Recorder, Row, SheetKind, Verdict, register_sheet
from alliance.common.sheets.services import as_date
from alliance.common.sheets.text import cell_text
from members.credit_codes import doubt, tidy
from members.enums import AliasKind, Level, Ownership
from members.models import Institution, InstitutionAlias
from members.names import normalise
from members.selectors.institutions import find_institution
from members.services.importing import alias_row
from members.services.naming import keep_english_name
from members.sheets.cells import choice_of, day_text

FLAGS = ("is_985", "is_211", "is_double_first_class", "is_listed")
YES = {"1", "是", "y", "yes", "true", "√", "✓"}
LEVELS = {str(value): value for value in Level.values} | {"本科": Level.UNDERGRADUATE, "专科": Level.COLLEGE}
OWNERSHIPS = {str(value): value for value in Ownership.values} | {
    "公办": Ownership.PUBLIC, "民办": Ownership.PRIVATE, "中外合作办学": Ownership.COOPERATIVE, "中外合作": Ownership.COOPERATIVE, "内地与港澳台地区合作办学": Ownership.COOPERATIVE,
}  # fmt: skip


def official(name: str) -> Institution | None:
    """The institution of exactly this official name, as a folded cell has it."""
    rows = Institution.objects.filter(aliases__kind=AliasKind.OFFICIAL, aliases__search_text=normalise(name), merged_into=None)
    return next((row for row in rows if cell_text(row.name) == cell_text(name)), None)


@register_sheet
class Institutions(SheetKind):
    """The register's own columns."""

    code: ClassVar[str] = "institutions"
    label = gettext_lazy("Institutions")
    permission: ClassVar[str] = "members.import_sheets"
    columns = (
        Column("name", gettext_lazy("official name"), ("学校名称", "学校", "单位名称", "单位", "高校名称", "名称"), required=True),
        Column("moe_code", gettext_lazy("ministry's code"), ("学校标识码", "标识码", "学校代码", "code")),
        Column("name_en", gettext_lazy("English name"), ("英文名", "英文名称")),
        Column("credit_code", gettext_lazy("unified social credit code"), ("信用代码", "税号", "纳税人识别号")),
        Column("province", gettext_lazy("province"), ("省份", "省", "所在省份")),
        Column("city", gettext_lazy("city"), ("城市", "所在地", "市")),
        Column("level", gettext_lazy("level"), ("办学层次", "层次")),
        Column("authority", gettext_lazy("authority"), ("主管部门",)),
        Column("ownership", gettext_lazy("ownership"), ("办学性质", "性质")),
        Column("is_985", "985", ("985工程",)),
        Column("is_211", "211", ("211工程",)),
        Column("is_double_first_class", gettext_lazy("Double First-Class"), ("双一流",)),
        Column("is_listed", gettext_lazy("in the ministry's list"), ("教育部名单",)),
    )

    def key(self, row: Row) -> str:
        """The name."""
        return normalise(row.get("name", ""))

    def begin(self) -> None:
        """All institutions, by code and name."""
        everything = list(Institution.objects.filter(merged_into=None))
        self.by_code = {i.moe_code: i for i in everything if i.moe_code}
        self.by_name = {cell_text(i.name): i for i in everything}

    def judge(self, row: Row) -> Verdict:
        """By the ministry's code, else by the official name."""
        name = row.get("name", "")
        if not name or len(name) > 120:
            return Verdict(RowOutcome.ERROR, name[:120], _("The official name is missing or too long."))
        values, why = self._values(row)
        if why:
            return Verdict(RowOutcome.ERROR, name, why)
        target = self._target(row)
        if target is None and values.get("moe_code") in self.by_code:
            return Verdict(RowOutcome.ERROR, name, _("The code belongs to %(name)s.") % {"name": self.by_code[values["moe_code"]].name})
        return self.compare(name, None if target is None else self._row(target), {"name": name} | {k: self._text(k, v) for k, v in values.items()})

    def write(self, row: Row, recorder: Recorder, actor: Any) -> None:
        """Add or change; a new institution gets its row in the search table, too."""
        values, _why = self._values(row)
        target = official(row["name"])
        if target is not None:
            recorder.change(target, **values)
            if alias := keep_english_name(target):
                recorder.made(alias)
            return
        made = Institution.objects.create(name=row["name"], **({"is_listed": False} | values))
        recorder.made(made)
        alias_row(made, made.name, AliasKind.OFFICIAL).save()
        keep_english_name(made)

    def export(self) -> Iterable[Row]:
        """All of them."""
        for institution in Institution.objects.filter(merged_into=None).iterator():
            yield self._row(institution)

    def _target(self, row: Row) -> Institution | None:
        return self.by_name.get(row["name"])

    def _row(self, institution: Institution) -> Row:
        return {c.name: self._text(c.name, getattr(institution, c.name)) for c in self.columns}

    @staticmethod
    def _text(name: str, value: Any) -> str:
        if name in FLAGS:
            return "是" if value else "否"
        if name == "level":
            return str(Level(value).label) if value else ""
        return str(Ownership(value).label) if name == "ownership" else str(value or "")

    def _values(self, row: Row) -> tuple[dict[str, Any], str]:
        """The filled cells as the model holds them, or what is wrong."""
        values: dict[str, Any] = {}
        for column in self.columns:
            text = row.get(column.name, "")
            if not text or column.name == "name":
                continue
            if column.name in FLAGS:
                values[column.name] = text.lower() in YES
            elif column.name in {"level", "ownership"}:
                table = LEVELS if column.name == "level" else OWNERSHIPS
                labels = Level if column.name == "level" else Ownership
                known = table | {str(label): value for value, label in labels.choices}
                if text not in known:
                    return {}, _("“%(text)s” is none of: %(names)s.") % {"text": text, "names": "、".join(str(label) for _v, label in labels.choices)}
                values[column.name] = known[text]
            elif column.name == "credit_code":
                values[column.name] = tidy(text)
                if why := doubt(values[column.name]):
                    return {}, why
            else:
                values[column.name] = text
        if "moe_code" in values and not (values["moe_code"].isdecimal() and len(values["moe_code"]) == 10):
            return {}, _("The code has 10 digits.")
        if any(isinstance(v, str) and len(v) > 200 for v in values.values()) or len(values.get("province", "")) > 40 or len(values.get("city", "")) > 60:
            return {}, _("A cell is too long.")
        return values, ""


@register_sheet
class Aliases(SheetKind):
    """Short, former and English names."""

    code: ClassVar[str] = "aliases"
    label = gettext_lazy("Names of institutions")
    permission: ClassVar[str] = "members.import_sheets"
    columns = (
        Column("name", gettext_lazy("official name"), ("学校名称", "学校", "name"), required=True),
        Column("alias", gettext_lazy("other name"), ("简称", "别名", "曾用名", "alias"), required=True),
        Column("kind", gettext_lazy("kind"), ("类型", "kind")),
        Column("valid_until", gettext_lazy("in use until"), ("停用日期", "使用至")),
        Column("ambiguous", gettext_lazy("ambiguous"), ("歧义", "ambiguous")),
    )

    def key(self, row: Row) -> str:
        """Institution and name; a name may be both a short and a former one."""
        return f"{row.get('name')}|{row.get('alias')}|{self._kind(row) or ''}"

    def begin(self) -> None:
        """All names, in one query each."""
        self.institutions = {cell_text(i.name): i for i in Institution.objects.filter(merged_into=None)}
        self.known: dict[tuple[int, str], list[InstitutionAlias]] = {}
        for alias in InstitutionAlias.objects.select_related("institution").order_by("pk"):
            self.known.setdefault((alias.institution_id, cell_text(alias.name)), []).append(alias)

    def judge(self, row: Row) -> Verdict:
        """The institution must be there; the name may be."""
        name, alias = row.get("name", ""), row.get("alias", "")
        institution = self.institutions.get(name)
        if institution is None:
            return Verdict(RowOutcome.ERROR, f"{name} {alias}", _("No institution goes by the name “%(name)s”.") % {"name": name})
        if not alias or len(alias) > 200:
            return Verdict(RowOutcome.ERROR, name, _("The other name is missing or too long."))
        if not normalise(alias):
            return Verdict(RowOutcome.ERROR, name, _("The other name has no letter."))
        if row.get("kind") and self._kind(row) is None:
            return Verdict(
                RowOutcome.ERROR, name, _("“%(text)s” is none of: %(names)s.") % {"text": row["kind"], "names": "、".join(str(k.label) for k in AliasKind)}
            )
        if row.get("valid_until") and as_date(row["valid_until"]) is None:
            return Verdict(RowOutcome.ERROR, name, _("“%(text)s” is no date. Write it as 2025-03-05.") % {"text": row["valid_until"]})
        known = self._among(self.known.get((institution.pk, alias), []), row)
        if known is not None and known.kind == AliasKind.OFFICIAL:
            return Verdict(RowOutcome.ERROR, name, _("“%(name)s” is the official name already.") % {"name": alias})
        return self.compare(f"{name}：{alias}", None if known is None else self._row(known), self._wanted(row, institution))

    def write(self, row: Row, recorder: Recorder, actor: Any) -> None:
        """Add the name, or change its kind, its last day, its mark as ambiguous."""
        institution = official(row["name"])
        assert institution is not None
        same = [alias for alias in institution.aliases.order_by("pk") if cell_text(alias.name) == row["alias"]]
        known, kind, until = self._among(same, row), self._kind(row), as_date(row.get("valid_until", ""))
        values: dict[str, Any] = {"valid_until": until} if until else {}
        if row.get("ambiguous"):
            values["ambiguous"] = row["ambiguous"].lower() in YES
        if known is None:
            made = alias_row(institution, row["alias"], kind or self._guess(row["alias"]), **values)
            made.save()
            recorder.made(made)
        else:
            recorder.change(known, **values, **({"kind": kind} if kind else {}))

    def export(self) -> Iterable[Row]:
        """All but the official names, which the institutions' own table has."""
        rows = InstitutionAlias.objects.exclude(kind=AliasKind.OFFICIAL).filter(institution__merged_into=None).select_related("institution")
        for alias in rows.iterator():
            yield self._row(alias)

    def _among(self, same: list[InstitutionAlias], row: Row) -> InstitutionAlias | None:
        """The row of this name that is meant: of the kind that is named, without one any. The official name is never another one as well."""
        kind = self._kind(row)
        others = [alias for alias in same if alias.kind != AliasKind.OFFICIAL]
        if len(others) < len(same):
            return (others or same)[0]
        return next((alias for alias in others if kind in {None, alias.kind}), None)

    @staticmethod
    def _row(alias: InstitutionAlias) -> Row:
        return {
            "name": alias.institution.name, "alias": alias.name, "kind": str(AliasKind(alias.kind).label),
            "valid_until": day_text(alias.valid_until), "ambiguous": "是" if alias.ambiguous else "否",
        }  # fmt: skip

    def _wanted(self, row: Row, institution: Institution) -> Row:
        flag, kind = row.get("ambiguous", ""), self._kind(row)
        wanted = {"name": institution.name, "alias": row["alias"], "valid_until": day_text(as_date(row.get("valid_until", "")))}
        wanted |= {"kind": str(AliasKind(kind).label)} if kind else {}
        return wanted | ({"ambiguous": "是" if flag.lower() in YES else "否"} if flag else {})

    @staticmethod
    def _kind(row: Row) -> str | None:
        kind = choice_of(row.get("kind", ""), AliasKind)
        return None if kind == AliasKind.OFFICIAL else kind

    @staticmethod
    def _guess(name: str) -> str:
        return AliasKind.ENGLISH if name.isascii() else AliasKind.SHORT


__all__ = ["Aliases", "Institutions", "find_institution"]
