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
    """One elector votes for another, by a written authority; nobody holds more than one. Taken back, it leaves a `RevokedProxy`."""

    giver = models.OneToOneField(Elector, models.PROTECT, related_name="proxy_given", verbose_name=_("gives the vote"))
    holder = models.OneToOneField(Elector, models.PROTECT, related_name="proxy_held", verbose_name=_("votes for them"))
    authority = models.ForeignKey("common.StoredFile", models.PROTECT, related_name="+", verbose_name=_("written authority"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by"))

    class Meta:
        verbose_name = _("proxy")
        verbose_name_plural = _("proxies")
        constraints = [models.CheckConstraint(condition=~models.Q(giver=models.F("holder")), name="proxy_is_somebody_else")]
        triggers = [
            append_only()[1],  # no TRUNCATE
            pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update),
            pgtrigger.Trigger(
                name="taken_back_unused",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                declare=[("votes_on", "council_ballot%ROWTYPE")],
                func="""
                -- The lock on the giver makes a vote that the holder casts for it come before or after, as the lock of a vote does.
                SELECT b.* INTO votes_on FROM council_ballot b JOIN council_elector e ON e.ballot_id = b.id
                    WHERE e.id = OLD.giver_id FOR SHARE OF b FOR NO KEY UPDATE OF e;
                IF votes_on.status <> 'open' OR clock_timestamp() >= votes_on.closes_at
                    OR NOT EXISTS (SELECT 1 FROM council_revokedproxy WHERE giver_id = OLD.giver_id AND holder_id = OLD.holder_id AND given_at = OLD.created_at)
                    OR EXISTS (SELECT 1 FROM council_vote WHERE elector_id = OLD.giver_id)
                    OR EXISTS (SELECT 1 FROM council_participation WHERE elector_id = OLD.giver_id) THEN
                    RAISE EXCEPTION 'a proxy that was used stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'proxy_taken_back_unused';
                END IF;
                RETURN OLD;
                """,
            ),
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


class RevokedProxy(models.Model):
    """A proxy that was taken back before it was used: what stood in its row, by whom it was taken back, and why."""

    giver = models.ForeignKey(Elector, models.PROTECT, related_name="revoked_proxies", verbose_name=_("gives the vote"))
    holder = models.ForeignKey(Elector, models.PROTECT, related_name="+", verbose_name=_("votes for them"))
    authority = models.ForeignKey("common.StoredFile", models.PROTECT, related_name="+", verbose_name=_("written authority"))
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    given_at = models.DateTimeField(_("given"))
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("taken back by"))
    revoked_at = models.DateTimeField(_("taken back"), auto_now_add=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("proxy taken back")
        verbose_name_plural = _("proxies taken back")
        ordering = ("pk",)
        triggers = append_only()

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
