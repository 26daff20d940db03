"""The alliance's own data: settings that staff edit, with history."""

import pghistory
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models.base import TimestampedModel


@pghistory.track()
class Organisation(TimestampedModel):
    """One row: name, contacts (R20), bank data (R6) and the form of the remittance remark (R7). The defaults are those of the notice of January 2025."""

    SINGLETON = 1

    name = models.CharField(_("name"), max_length=200, default="高校教师发展中心可持续发展联盟")
    name_en = models.CharField(_("English name"), max_length=200, default="Association of Sustainable Educational Development in Higher Education")
    short_name = models.CharField(_("short name"), max_length=40, default="联盟")
    motto = models.CharField(_("motto"), max_length=100, default="引领、共创、共享", blank=True)
    host = models.CharField(_("host institution"), max_length=200, default="西交利物浦大学", help_text=_("Second line of the signature on documents."))
    secretariat = models.CharField(_("name of the secretariat"), max_length=100, default="秘书处")
    founded_on = models.DateField(_("founded"), null=True, blank=True)
    logo = models.ForeignKey("common.StoredFile", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("logo"))
    charter = models.ForeignKey("common.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("charter"))

    secretariat_contact = models.CharField(_("contact of the secretariat"), max_length=80, default="孙老师", blank=True)
    secretariat_email = models.EmailField(_("e-mail of the secretariat"), default="innovation@xjtlu.edu.cn")
    secretariat_phone = models.CharField(_("telephone of the secretariat"), max_length=40, default="0512-81884766")
    finance_contact = models.CharField(_("finance contact"), max_length=80, default="王老师", blank=True)
    finance_email = models.EmailField(_("e-mail of finance"), default="ILEAD01@xjtlu.edu.cn")
    finance_phone = models.CharField(_("telephone of finance"), max_length=40, default="0512-81884942")

    bank_account_name = models.CharField(_("account name"), max_length=120, default="西交利物浦大学")
    bank_name = models.CharField(_("bank"), max_length=120, default="民生银行苏州分行")
    bank_account_number = models.CharField(
        _("account number"), max_length=40, default="691911524", validators=[RegexValidator(r"^[0-9 ]+$", _("Digits only."))]
    )
    remark_template = models.CharField(
        _("form of the remittance remark"),
        max_length=120,
        default="可持续联盟+{institution}+{fee}",
        help_text=_("{institution} becomes the unit's official name, {fee} the names of the fees."),
    )

    screening_working_days = models.PositiveSmallIntegerField(_("working days for screening"), default=5)
    draft_expiry_days = models.PositiveSmallIntegerField(
        _("days until an untouched draft expires"),
        default=90,
        help_text=_("The applicants are reminded before, as the reminder rules say."),
    )
    retention_declined_months = models.PositiveSmallIntegerField(_("months until contact data of applications that led nowhere are removed"), default=24)
    retention_people_months = models.PositiveSmallIntegerField(_("months until contact data of people without any role are removed"), default=36)
    icp_number = models.CharField(_("ICP record number"), max_length=60, blank=True)
    police_record_number = models.CharField(_("public security record number"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisation")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="organisation_is_one_row")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def load(cls) -> "Organisation":
        """The one row, made with the notice's data when it does not exist yet."""
        return cls.objects.get_or_create(pk=cls.SINGLETON)[0]

    def remark_for(self, institution_name: str, fee: str) -> str:
        """The remark a payer is asked to write (R7), for example 可持续联盟+苏州大学+入会费."""
        return self.remark_template.replace("{institution}", institution_name).replace("{fee}", fee)
