"""A university's request to join."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel
from alliance.common.transitions import transitions_trigger
from alliance.common.triggers import append_only, never_deleted
from members.enums import APPLICATION_OPEN, APPLICATION_TRANSITIONS, ApplicationStatus, InvoiceType


@pghistory.track()
class Application(TimestampedModel):
    """A university's request to join (R1, R2). Its status changes only in services/applying.py, services/screening.py and services/joining.py."""

    TRANSITIONS = APPLICATION_TRANSITIONS

    reference = models.CharField(_("reference"), max_length=20, unique=True)
    status = models.CharField(_("status"), max_length=20, choices=ApplicationStatus.choices, default=ApplicationStatus.DRAFT)
    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="applications", verbose_name=_("applicant"))
    institution = models.ForeignKey("members.Institution", models.PROTECT, null=True, blank=True, related_name="applications", verbose_name=_("institution"))
    institution_typed = models.CharField(
        _("institution not in the list"), max_length=120, blank=True, help_text=_("Official name in full, as on the seal. The secretariat will check it.")
    )

    department = models.CharField(_("department"), max_length=120, blank=True, help_text=_("The teaching development centre or the office in charge."))
    head_name = models.CharField(_("name of the head"), max_length=80, blank=True)
    head_post = models.CharField(_("post of the head"), max_length=80, blank=True)
    head_email = models.EmailField(_("e-mail of the head"), blank=True)

    liaison_name = models.CharField(_("name of the liaison"), max_length=80, blank=True)
    liaison_post = models.CharField(_("post of the liaison"), max_length=80, blank=True)
    liaison_mobile = models.CharField(_("mobile of the liaison"), max_length=30, blank=True)
    liaison_email = models.EmailField(_("e-mail of the liaison"), blank=True)
    finance_name = models.CharField(_("name of the finance contact"), max_length=80, blank=True)
    finance_phone = models.CharField(_("telephone of the finance contact"), max_length=30, blank=True)
    finance_email = models.EmailField(_("e-mail of the finance contact"), blank=True)

    centre_staff = models.PositiveIntegerField(_("full-time staff of the centre"), null=True, blank=True)
    centre_activities = models.PositiveIntegerField(_("activities a year"), null=True, blank=True)
    centre_profile = models.TextField(_("the centre and its work"), blank=True, max_length=3000)
    centre_hopes = models.TextField(_("what you hope to gain"), blank=True, max_length=2000)
    centre_offers = models.TextField(_("what you can contribute"), blank=True, max_length=2000)

    invoice_title = models.CharField(_("invoice title"), max_length=120, blank=True)
    invoice_tax_number = models.CharField(_("taxpayer number"), max_length=20, blank=True)
    invoice_type = models.CharField(_("kind of invoice"), max_length=10, choices=InvoiceType.choices, default=InvoiceType.ORDINARY)
    invoice_address_phone = models.CharField(_("address and telephone"), max_length=200, blank=True)
    invoice_bank_account = models.CharField(_("bank and account"), max_length=200, blank=True)
    invoice_email = models.EmailField(_("e-mail for the invoice"), blank=True)

    consent_charter_at = models.DateTimeField(_("charter accepted"), null=True, blank=True)
    consent_privacy_at = models.DateTimeField(_("processing of personal data accepted"), null=True, blank=True)
    consent_version = models.CharField(_("version of the consents"), max_length=20, blank=True)

    scan = models.ForeignKey("common.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sealed form"))
    scan_digest = models.CharField(max_length=64, blank=True, editable=False)
    scan_reading = models.JSONField(_("what the machine saw on the scan"), null=True, blank=True)
    scan_seal = models.ForeignKey("common.StoredFile", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("crop of the seal"))
    scan_remark = models.CharField(_("remark on the scan"), max_length=500, blank=True)
    recruitment = models.ForeignKey(
        "members.RecruitmentRound", models.PROTECT, null=True, blank=True, related_name="applications", verbose_name=_("recruitment round")
    )
    screener = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("screener"))
    on_hold_since = models.DateField(_("on hold since"), null=True, blank=True)
    hold_reason = models.CharField(_("reason for the hold"), max_length=300, blank=True)
    round = models.PositiveSmallIntegerField(_("round"), default=1, help_text=_("1 for the first submission, one more after each return."))
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    recommendation = models.TextField(_("recommendation of the secretariat"), blank=True)
    decision_reason = models.TextField(_("reason of the decision"), blank=True)

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["institution"], condition=models.Q(status__in=sorted(APPLICATION_OPEN)), name="one_open_application_per_institution"
            ),
        ]
        triggers = [transitions_trigger("status", APPLICATION_TRANSITIONS, initial={ApplicationStatus.DRAFT})]

    def __str__(self) -> str:
        return f"{self.reference} {self.institution_name}".strip()

    @property
    def institution_name(self) -> str:
        """The official name, or the one that was typed."""
        return self.institution.name if self.institution else self.institution_typed


class ApplicationEditor(models.Model):
    """Somebody who may work on an application."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="editors")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("editor of an application")
        verbose_name_plural = _("editors of applications")
        constraints = [models.UniqueConstraint(fields=["application", "user"], name="application_editor_once")]

    def __str__(self) -> str:
        return str(self.user)


class Submission(models.Model):
    """What was sent in one round, frozen: the answers, their digest and the sealed scan."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="submissions", verbose_name=_("application"))
    round = models.PositiveSmallIntegerField(_("round"))
    snapshot = models.JSONField(_("content"))
    digest = models.CharField(_("digest"), max_length=64)
    scan = models.ForeignKey("common.StoredFile", models.PROTECT, related_name="+", verbose_name=_("sealed form"))
    explanation = models.TextField(_("why points were left as they were"), max_length=1000, blank=True, db_default="")
    submitted_at = models.DateTimeField(_("submitted"), auto_now_add=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("submitted by"))

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ("application", "round")
        constraints = [models.UniqueConstraint(fields=["application", "round"], name="one_submission_per_round")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.application.reference} #{self.round}"


class PrintedForm(models.Model):
    """One content of the form as it was printed, so that a scan of it can be told by its date and by what was changed since. Goes with the draft."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="prints", verbose_name=_("application"))
    digest = models.CharField(_("digest"), max_length=64)
    round = models.PositiveSmallIntegerField(_("round"))
    snapshot = models.JSONField(_("content"))
    printed_at = models.DateTimeField(_("printed"), auto_now_add=True)

    class Meta:
        verbose_name = _("printed form")
        verbose_name_plural = _("printed forms")
        ordering = ("application", "-pk")
        constraints = [models.UniqueConstraint(fields=["application", "digest"], name="one_print_of_a_content")]

    def __str__(self) -> str:
        return f"{self.application.reference} {self.digest[:8]}"


class CorrectionPoint(models.Model):
    """One thing that has to be mended before the application can go on."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="correction_points", verbose_name=_("application"))
    round = models.PositiveSmallIntegerField(_("round"))
    field = models.CharField(_("field"), max_length=60, blank=True)
    text = models.CharField(_("what has to be mended"), max_length=500)

    class Meta:
        verbose_name = _("point to correct")
        verbose_name_plural = _("points to correct")
        ordering = ("application", "round", "pk")
        triggers = [never_deleted()]

    def __str__(self) -> str:
        return self.text
