"""Votes given to another elector, and what is said before the vote."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel
from alliance.common.triggers import append_only
from council.models.ballot import Motion
from council.models.electorate import Elector


class Proxy(TimestampedModel):
    """One elector votes for another, by a written authority; nobody holds more than one."""

    giver = models.OneToOneField(Elector, models.PROTECT, related_name="proxy_given", verbose_name=_("gives the vote"))
    holder = models.OneToOneField(Elector, models.PROTECT, related_name="proxy_held", verbose_name=_("votes for them"))
    authority = models.ForeignKey("common.StoredFile", models.PROTECT, related_name="+", verbose_name=_("written authority"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by"))

    class Meta:
        verbose_name = _("proxy")
        verbose_name_plural = _("proxies")
        constraints = [models.CheckConstraint(condition=~models.Q(giver=models.F("holder")), name="proxy_is_somebody_else")]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="proxy_within_rules",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("votes_on", "council_ballot%ROWTYPE")],
                func="""
                SELECT b.* INTO votes_on FROM council_ballot b JOIN council_elector e ON e.ballot_id = b.id WHERE e.id = NEW.giver_id FOR UPDATE OF b;
                IF votes_on.status <> 'open' OR NOT (SELECT proxies_allowed FROM council_procedure WHERE id = votes_on.procedure_id)
                    OR NOT EXISTS (SELECT 1 FROM council_elector WHERE id = NEW.holder_id AND ballot_id = votes_on.id)
                    OR EXISTS (SELECT 1 FROM council_proxy WHERE holder_id = NEW.giver_id OR giver_id = NEW.holder_id)
                    OR EXISTS (SELECT 1 FROM council_vote WHERE elector_id = NEW.giver_id)
                    OR EXISTS (SELECT 1 FROM council_participation WHERE elector_id = NEW.giver_id) THEN
                    RAISE EXCEPTION 'this proxy is against the rules' USING ERRCODE = 'check_violation', CONSTRAINT = 'proxy_within_rules';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver} → {self.holder}"


class MotionComment(TimestampedModel):
    """What a council member says on a motion before the vote opens."""

    motion = models.ForeignKey(Motion, models.PROTECT, related_name="comments", verbose_name=_("motion"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    institution = models.ForeignKey("members.Institution", models.PROTECT, null=True, related_name="+", verbose_name=_("institution"))
    text = models.TextField(_("text"), max_length=2000)

    class Meta:
        verbose_name = _("comment on a motion")
        verbose_name_plural = _("comments on motions")
        ordering = ("pk",)
        triggers = append_only()

    def __str__(self) -> str:
        return self.text[:60]
