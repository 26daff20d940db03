"""Votes of open ballots, and what they came to."""

import pghistory
import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel
from alliance.common.triggers import append_only, frozen_fields, never_deleted
from council.enums import Choice, DigestForm, Outcome
from council.models.ballot import Motion
from council.models.electorate import Elector
from council.models.open import WHILE_OPEN, WHO_STEPPED_ASIDE


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
    # How often the voter has thought again; each time there is a new receipt.
    changes = models.PositiveSmallIntegerField(_("changed so many times"), default=0)

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
                func=f"""
                {WHILE_OPEN}
                {WHO_STEPPED_ASIDE}
                IF (SELECT secret FROM council_procedure WHERE id = vote_ballot.procedure_id) THEN
                    RAISE EXCEPTION 'this ballot is secret' USING ERRCODE = 'check_violation', CONSTRAINT = 'vote_is_secret';
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
    # What the chair voted, where a tie would be the chair's; in a meeting it is entered with the counts.
    chair = models.CharField(_("the chair voted"), max_length=8, choices=Choice.choices, blank=True)
    rule_text = models.TextField(_("rule"))
    digest = models.CharField(_("digest of electorate and votes"), max_length=64, blank=True)
    # What the digest is over; rows from before this was written down, and from a release that does not know it, are of the first form or the second.
    digest_form = models.PositiveSmallIntegerField(_("form of the digest"), default=DigestForm.WITH_PROXIES, db_default=DigestForm.UNKNOWN)
    computed_at = models.DateTimeField(_("computed"), auto_now_add=True)

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(seats__gte=models.F("recused") + models.F("votes_for") + models.F("votes_against") + models.F("abstentions")),
                name="result_within_seats",
            )
        ]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="only_when_closed",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                IF (SELECT b.status FROM council_ballot b JOIN council_motion m ON m.ballot_id = b.id WHERE m.id = NEW.motion_id) <> 'closed' THEN
                    RAISE EXCEPTION 'results are counted when the ballot closes' USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.motion}: {self.outcome}"
