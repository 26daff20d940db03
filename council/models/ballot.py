"""Ballots: motions, the frozen electorate, votes, results."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel
from alliance.common.transitions import transitions_trigger
from alliance.common.triggers import append_only, frozen_fields, never_deleted
from council.enums import BALLOT_TRANSITIONS, BallotStatus, Choice, MotionKind, Outcome

DRAFT_ONLY = "RAISE EXCEPTION 'the motions of a ballot are fixed when it opens' USING ERRCODE = 'check_violation';"


@pghistory.track()
class Ballot(TimestampedModel):
    """A vote of a body by correspondence. Its status changes only in services/balloting.py."""

    TRANSITIONS = BALLOT_TRANSITIONS

    body = models.ForeignKey("council.Body", models.PROTECT, related_name="ballots", verbose_name=_("body"))
    title = models.CharField(_("title"), max_length=160)
    introduction = models.TextField(_("introduction"), blank=True)
    status = models.CharField(_("status"), max_length=10, choices=BallotStatus.choices, default=BallotStatus.DRAFT)
    procedure = models.ForeignKey("council.Procedure", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("rules of procedure"))
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
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
        ]
        triggers = [
            transitions_trigger("status", BALLOT_TRANSITIONS, initial={BallotStatus.DRAFT}),
            frozen_fields("body_id", "procedure_id", "opened_at", name="rules_are_frozen", condition="OLD.status <> 'draft'"),
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
        ]
        triggers = [
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
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def institution_id(self) -> int | None:
        """The institution the motion is about, whose own seat takes no part."""
        if self.application is not None:
            return self.application.institution_id
        return self.departure.membership.institution_id if self.departure is not None else None


class Elector(models.Model):
    """A seat as it stood when the ballot opened; what happens to seats later changes nothing here."""

    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="electors", verbose_name=_("ballot"))
    seat = models.ForeignKey("council.Seat", models.PROTECT, related_name="+", verbose_name=_("seat"))
    institution = models.ForeignKey("members.Institution", models.PROTECT, related_name="+", verbose_name=_("institution"))
    person = models.ForeignKey("members.Person", models.PROTECT, related_name="+", verbose_name=_("person"))

    class Meta:
        verbose_name = _("elector")
        verbose_name_plural = _("electors")
        ordering = ("institution__name",)
        constraints = [models.UniqueConstraint(fields=["ballot", "seat"], name="elector_once_per_ballot")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.institution} · {self.person}"


class Recusal(models.Model):
    """An elector takes no part in a motion: by rule, since it is about the own institution, or of their own will with a reason."""

    elector = models.ForeignKey(Elector, models.PROTECT, related_name="recusals", verbose_name=_("elector"))
    motion = models.ForeignKey(Motion, models.PROTECT, related_name="recusals", verbose_name=_("motion"))
    automatic = models.BooleanField(_("by rule"), default=False)
    reason = models.CharField(_("reason"), max_length=200)
    made_at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("recusal")
        verbose_name_plural = _("recusals")
        constraints = [models.UniqueConstraint(fields=["elector", "motion"], name="recusal_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.elector}: {self.motion}"


@pghistory.track()
class Vote(TimestampedModel):
    """One elector's vote on one motion. Written only while the ballot is open, by the database's clock, and never when recused."""

    elector = models.ForeignKey(Elector, models.PROTECT, related_name="votes", verbose_name=_("elector"))
    motion = models.ForeignKey(Motion, models.PROTECT, related_name="votes", verbose_name=_("motion"))
    choice = models.CharField(_("vote"), max_length=8, choices=Choice.choices)
    comment = models.TextField(_("comment"), blank=True, max_length=1000)
    dossier = models.CharField(_("digest of the dossier"), max_length=64)
    receipt = models.CharField(_("receipt"), max_length=12, unique=True)
    cast_at = models.DateTimeField(_("cast"))

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [
            models.UniqueConstraint(fields=["elector", "motion"], name="one_vote_per_seat_and_motion"),
            models.CheckConstraint(condition=models.Q(choice__in=Choice.values), name="vote_is_a_choice"),
        ]
        triggers = [
            frozen_fields("elector_id", "motion_id", name="vote_belongs"),
            never_deleted(),
            pgtrigger.Trigger(
                name="only_while_open",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("vote_ballot", "council_ballot%ROWTYPE")],
                func="""
                -- The share lock makes a close wait for this vote, and this vote see a close: counted or refused, never lost.
                SELECT b.* INTO vote_ballot FROM council_ballot b JOIN council_elector e ON e.ballot_id = b.id
                    WHERE e.id = NEW.elector_id FOR SHARE OF b;
                IF vote_ballot.status <> 'open' OR clock_timestamp() >= vote_ballot.closes_at THEN
                    RAISE EXCEPTION 'the ballot is not open' USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_only_while_open';
                END IF;
                IF NOT EXISTS (SELECT 1 FROM council_motion WHERE id = NEW.motion_id AND ballot_id = vote_ballot.id) THEN
                    RAISE EXCEPTION 'the motion belongs to another ballot' USING ERRCODE = 'check_violation';
                END IF;
                IF EXISTS (SELECT 1 FROM council_recusal WHERE elector_id = NEW.elector_id AND motion_id = NEW.motion_id) THEN
                    RAISE EXCEPTION 'the elector is recused' USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_not_when_recused';
                END IF;
                IF TG_OP = 'UPDATE' AND NOT (SELECT changeable FROM council_procedure WHERE id = vote_ballot.procedure_id) THEN
                    RAISE EXCEPTION 'votes are final' USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_is_final';
                END IF;
                NEW.cast_at = clock_timestamp();
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.elector}: {self.choice}"


class Result(models.Model):
    """What a motion's vote came to, computed once under lock at the close."""

    motion = models.OneToOneField(Motion, models.PROTECT, related_name="result", verbose_name=_("motion"))
    seats = models.PositiveIntegerField(_("seats"))
    recused = models.PositiveIntegerField(_("recused"))
    votes_for = models.PositiveIntegerField(_("for"))
    votes_against = models.PositiveIntegerField(_("against"))
    abstentions = models.PositiveIntegerField(_("abstentions"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    rule_text = models.TextField(_("rule"))
    computed_at = models.DateTimeField(_("computed"), auto_now_add=True)

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.motion}: {self.outcome}"
