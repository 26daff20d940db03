"""The electorate of a ballot, frozen when it opens, and who steps aside."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.triggers import append_only
from council.enums import Office
from council.models.ballot import Ballot, Motion
from council.models.open import UNTIL_THE_END


class Elector(models.Model):
    """A seat as it stood when the ballot opened; what happens to seats later changes nothing here."""

    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="electors", verbose_name=_("ballot"))
    seat = models.ForeignKey("council.Seat", models.PROTECT, null=True, related_name="+", verbose_name=_("seat"))
    membership = models.ForeignKey("members.Membership", models.PROTECT, null=True, related_name="+", verbose_name=_("membership"))
    institution = models.ForeignKey("members.Institution", models.PROTECT, related_name="+", verbose_name=_("institution"))
    person = models.ForeignKey("members.Person", models.PROTECT, related_name="+", verbose_name=_("person"))
    # Copied, as the chair's vote may decide a tie: an office that changes hands while the ballot runs changes nothing. Empty for member units.
    office = models.CharField(_("office"), max_length=12, choices=Office.choices, blank=True)

    class Meta:
        verbose_name = _("elector")
        verbose_name_plural = _("electors")
        ordering = ("institution__name",)
        constraints = [
            models.UniqueConstraint(fields=["ballot", "seat"], name="elector_once_per_ballot"),
            models.UniqueConstraint(fields=["ballot", "membership"], name="member_votes_once_per_ballot"),
            models.CheckConstraint(
                condition=models.Q(seat__isnull=False, membership__isnull=True) | models.Q(seat__isnull=True, membership__isnull=False),
                name="elector_is_seat_or_member",
            ),
        ]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="frozen_at_opening",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                IF (SELECT status FROM council_ballot WHERE id = NEW.ballot_id) <> 'draft' THEN
                    RAISE EXCEPTION 'the electorate is frozen when the ballot opens' USING ERRCODE = 'check_violation', CONSTRAINT = 'electorate_is_frozen';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

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
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="before_the_vote",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("vote_ballot", "council_ballot%ROWTYPE"), ("theirs", "bigint[]")],
                func=f"""
                {UNTIL_THE_END}
                -- Whoever is recused votes on it for nobody else: a vote of those whose proxy they hold stands in the way as well.
                -- So does one of the same person at another place, that they have not given away. What is by rule is written before any vote.
                SELECT array_agg(e.id) INTO theirs FROM council_elector e JOIN council_elector own ON own.id = NEW.elector_id
                    WHERE e.ballot_id = own.ballot_id AND (e.id = own.id OR e.id IN (SELECT giver_id FROM council_proxy WHERE holder_id = own.id)
                        OR (e.person_id = own.person_id AND NOT EXISTS (SELECT 1 FROM council_proxy WHERE giver_id = e.id)));
                PERFORM 1 FROM council_elector WHERE id = ANY(theirs) ORDER BY id FOR NO KEY UPDATE;
                IF EXISTS (SELECT 1 FROM council_vote WHERE elector_id = ANY(theirs) AND motion_id = NEW.motion_id)
                    OR EXISTS (SELECT 1 FROM council_participation WHERE elector_id = ANY(theirs) AND motion_id = NEW.motion_id) THEN
                    RAISE EXCEPTION 'a vote is there already' USING ERRCODE = 'check_violation', CONSTRAINT = 'recusal_before_vote';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.elector}: {self.motion}"
