"""The bodies that issue notices, and how each of them does."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models import Organisation, TimestampedModel
from notices.enums import NUMBER_WORDS, IssuingBody


@pghistory.track()
class IssuingOffice(TimestampedModel):
    """What stands on a body's notices, and whether somebody else must read them first."""

    body = models.CharField(_("issuing body"), max_length=12, choices=IssuingBody.choices, unique=True)
    number_word = models.CharField(_("word in the number"), max_length=20, help_text=_("As in 秘书处〔2025〕3号. Numbers already given keep theirs."))
    mark = models.CharField(_("red head"), max_length=60, blank=True, help_text=_("Empty: the alliance's name."))
    signature = models.CharField(_("signature"), max_length=200, blank=True, help_text=_("Proposed for new drafts; one line for each signatory."))
    addressee = models.CharField(_("addressees"), max_length=200, default="各成员单位：", blank=True)
    needs_review = models.BooleanField(_("a second person reviews"), default=True, help_text=_("Off: the author may issue the own notice."))

    class Meta:
        verbose_name = _("issuing body")
        verbose_name_plural = _("issuing bodies")
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.get_body_display()

    @classmethod
    def of(cls, body: str) -> "IssuingOffice":
        """The row of a body, made with the shipped words when it does not exist yet."""
        return cls.objects.get_or_create(body=body, defaults={"number_word": NUMBER_WORDS[IssuingBody(body)]})[0]

    def signed(self) -> str:
        """The signature of a new draft."""
        organisation = Organisation.load()
        return self.signature or f"{organisation.name}{organisation.secretariat if self.body == IssuingBody.SECRETARIAT else self.number_word}"
