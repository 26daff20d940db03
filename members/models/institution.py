"""Universities and every name a person or a bank writes for them."""

import pghistory
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel
from members.enums import AliasKind, Level, Ownership


@pghistory.track()
class Institution(TimestampedModel):
    """A university. The ministry's code is what stays when the name changes."""

    name = models.CharField(_("official name"), max_length=120, unique=True)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    moe_code = models.CharField(
        _("ministry's code"),
        max_length=10,
        unique=True,
        null=True,
        blank=True,
        validators=[RegexValidator(r"^\d{10}$", _("The code has 10 digits."))],
        help_text=_("学校标识码, 10 digits. Military universities have none in the public list."),
    )
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    province = models.CharField(_("province"), max_length=40, blank=True, db_index=True)
    city = models.CharField(_("city"), max_length=60, blank=True)
    level = models.CharField(_("level"), max_length=20, choices=Level.choices, blank=True)
    authority = models.CharField(_("authority"), max_length=80, blank=True)
    ownership = models.CharField(_("ownership"), max_length=20, choices=Ownership.choices, default=Ownership.PUBLIC)
    is_985 = models.BooleanField("985", default=False)
    is_211 = models.BooleanField("211", default=False)
    is_double_first_class = models.BooleanField(_("Double First-Class"), default=False)
    is_listed = models.BooleanField(
        _("in the ministry's list"), default=True, help_text=_("False for one that an applicant typed and staff have not yet checked, or that left the list.")
    )

    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_from", verbose_name=_("merged into"))

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        ordering = ("name",)
        constraints = [
            models.CheckConstraint(condition=models.Q(moe_code=None) | models.Q(moe_code__regex=r"^\d{10}$"), name="moe_code_has_ten_digits"),
            models.CheckConstraint(condition=models.Q(credit_code="") | models.Q(credit_code__regex=r"^[0-9A-Z]{18}$"), name="credit_code_has_18_characters"),
            models.CheckConstraint(condition=models.Q(merged_into=None) | ~models.Q(merged_into=models.F("id")), name="institution_not_merged_into_itself"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kinds(self) -> list[str]:
        """The kinds of R19 that apply, most telling first: 985, 211, 双一流, 民办, 地方院校 …"""
        kinds = [str(label) for flag, label in self._flags() if flag]
        if self.ownership != Ownership.PUBLIC:
            kinds.append(str(Ownership(self.ownership).label))
        return kinds or [str(_("Local institution"))]

    def _flags(self) -> list[tuple[bool, object]]:
        return [(self.is_985, "985"), (self.is_211, "211"), (self.is_double_first_class, _("Double First-Class"))]


class InstitutionAlias(models.Model):
    """One name of an institution, in the forms that the search looks at. The official name has a row too, so that one table answers."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="aliases", verbose_name=_("institution"))
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=AliasKind.choices)
    valid_until = models.DateField(_("in use until"), null=True, blank=True)
    ambiguous = models.BooleanField(_("ambiguous"), default=False, help_text=_("Several institutions go by this name: never decide by it alone."))
    search_text = models.CharField(max_length=200, editable=False)
    pinyin = models.CharField(max_length=400, editable=False, blank=True)
    initials = models.CharField(max_length=120, editable=False, blank=True)

    class Meta:
        verbose_name = _("name of an institution")
        verbose_name_plural = _("names of institutions")
        ordering = ("institution", "kind", "name")
        constraints = [
            models.UniqueConstraint(fields=["institution", "name", "kind"], name="alias_once_per_institution"),
            models.UniqueConstraint(fields=["institution"], condition=models.Q(kind="official"), name="one_official_name_per_institution"),
        ]
        indexes = [models.Index(fields=["search_text"], name="alias_by_text")]

    def __str__(self) -> str:
        return self.name
