"""Ballots: motions, the frozen electorate, votes, results."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel
from alliance.common.transitions import transitions_trigger
from alliance.common.triggers import frozen_fields, never_deleted
from council.enums import BALLOT_TRANSITIONS, BallotStatus, Held, MotionKind

DRAFT_ONLY = "RAISE EXCEPTION 'the motions of a ballot are fixed when it opens' USING ERRCODE = 'check_violation';"


@pghistory.track()
class Ballot(TimestampedModel):
    """A vote of a body by correspondence. Its status changes only in council/services."""

    TRANSITIONS = BALLOT_TRANSITIONS

    body = models.ForeignKey("council.Body", models.PROTECT, related_name="ballots", verbose_name=_("body"))
    title = models.CharField(_("title"), max_length=160)
    introduction = models.TextField(_("introduction"), blank=True)
    status = models.CharField(_("status"), max_length=10, choices=BallotStatus.choices, default=BallotStatus.DRAFT)
    procedure = models.ForeignKey("council.Procedure", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("rules of procedure"))
    held = models.CharField(_("how"), max_length=8, choices=Held.choices, default=Held.CORRESPONDENCE)
    discussion_from = models.DateTimeField(_("in discussion since"), null=True, blank=True)
    opens_at = models.DateTimeField(_("opens by itself"), null=True, blank=True)
    minutes_scan = models.ForeignKey("common.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("scanned minutes"))
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    extension_reason = models.CharField(_("why it was extended"), max_length=200, blank=True)
    extended_for_quorum = models.BooleanField(_("extended since the quorum was missing"), default=False)
    cancel_reason = models.CharField(_("reason"), max_length=200, blank=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("drafted by"))

    class Meta:
        verbose_name = _("ballot")
        verbose_name_plural = _("ballots")
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=["draft", "cancelled"]) | models.Q(opened_at__isnull=False, procedure__isnull=False),
                name="opened_ballot_has_rules",
            ),
            models.CheckConstraint(condition=~models.Q(status="closed") | models.Q(closed_at__isnull=False), name="closed_ballot_has_time"),
            models.CheckConstraint(
                condition=~models.Q(status="closed", held="meeting") | models.Q(minutes_scan__isnull=False), name="meeting_result_has_minutes"
            ),
        ]
        triggers = [
            transitions_trigger("status", BALLOT_TRANSITIONS, initial={BallotStatus.DRAFT}),
            frozen_fields("body_id", "procedure_id", "opened_at", name="rules_are_frozen", condition="OLD.status <> 'draft'"),
            pgtrigger.Trigger(
                name="only_a_meeting_skips_the_vote",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("status"),
                condition=pgtrigger.Q(old__status="draft", new__status="closed") & ~pgtrigger.Q(new__held="meeting"),
                func="RAISE EXCEPTION 'a ballot is opened before it is closed' USING ERRCODE = 'check_violation';",
            ),
            frozen_fields("closes_at", "closed_at", name="end_is_final", condition="OLD.status IN ('closed', 'cancelled')"),
            never_deleted(),
        ]

    def __str__(self) -> str:
        return self.title


class Motion(TimestampedModel):
    """One thing that is voted on."""

    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="motions", verbose_name=_("ballot"))
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=8, choices=MotionKind.choices, default=MotionKind.ADMIT)
    application = models.ForeignKey("members.Application", models.PROTECT, null=True, blank=True, related_name="motions", verbose_name=_("application"))
    departure = models.ForeignKey("members.Departure", models.PROTECT, null=True, blank=True, related_name="motions", verbose_name=_("departure"))
    membership = models.ForeignKey("members.Membership", models.PROTECT, null=True, blank=True, related_name="motions", verbose_name=_("membership"))
    tier = models.ForeignKey("members.Tier", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tier"))
    from_year = models.PositiveSmallIntegerField(_("from year"), null=True, blank=True)
    # A new round names the old one: after a vote without a decision, or as the second vote of the assembly (R15).
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="rounds", verbose_name=_("earlier vote"))
    # Whether it is among what is discussed before the vote, if the ballot is put to discussion.
    discussed = models.BooleanField(_("discussed first"), default=True)
    needs_second_vote = models.BooleanField(_("also put to the assembly"), default=False)
    title = models.CharField(_("title"), max_length=160)
    text = models.TextField(_("text"), blank=True)

    class Meta:
        verbose_name = _("motion")
        verbose_name_plural = _("motions")
        ordering = ("ballot", "position")
        constraints = [
            models.UniqueConstraint(fields=["ballot", "position"], name="motion_position_once"),
            models.UniqueConstraint(fields=["ballot", "application"], name="application_once_per_ballot"),
            models.UniqueConstraint(fields=["ballot", "departure"], name="departure_once_per_ballot"),
            models.CheckConstraint(condition=~models.Q(kind="depart") | models.Q(departure__isnull=False), name="departure_motion_names_departure"),
            models.CheckConstraint(condition=~models.Q(kind="admit") | models.Q(application__isnull=False), name="admission_names_application"),
            models.CheckConstraint(
                condition=~models.Q(kind="tier") | models.Q(membership__isnull=False, tier__isnull=False, from_year__isnull=False),
                name="tier_motion_names_tier",
            ),
        ]
        triggers = [
            # Else a motion could leave a closed ballot: the trigger below asks only where it goes.
            frozen_fields("ballot_id", name="motion_belongs"),
            pgtrigger.Trigger(
                name="fixed_when_open",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=f"""
                IF (SELECT status FROM council_ballot WHERE id = coalesce(NEW.ballot_id, OLD.ballot_id)) <> 'draft' THEN
                    {DRAFT_ONLY}
                END IF;
                RETURN coalesce(NEW, OLD);
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def institution_id(self) -> int | None:
        """The institution the motion is about, whose own seat takes no part."""
        if self.application is not None:
            return self.application.institution_id
        if self.departure is not None:
            return self.departure.membership.institution_id
        return self.membership.institution_id if self.membership is not None else None
