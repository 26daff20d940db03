"""Secret ballots: who voted stands in one table, what was voted in another, with nothing to join them by."""

import uuid

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.triggers import append_only
from council.enums import Choice
from council.models.ballot import Motion
from council.models.electorate import Elector
from council.models.open import WHILE_OPEN, WHO_STEPPED_ASIDE


class Participation(models.Model):
    """An elector has put a paper into the urn of a motion. No time and no running number: neither may lead to the paper."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    elector = models.ForeignKey(Elector, models.PROTECT, related_name="participations", verbose_name=_("elector"))
    motion = models.ForeignKey(Motion, models.PROTECT, related_name="participations", verbose_name=_("motion"))

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        constraints = [models.UniqueConstraint(fields=["elector", "motion"], name="one_paper_per_seat_and_motion")]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="only_while_open",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("vote_ballot", "council_ballot%ROWTYPE")],
                func=f"""
                {WHILE_OPEN}
                {WHO_STEPPED_ASIDE}
                IF NOT (SELECT secret FROM council_procedure WHERE id = vote_ballot.procedure_id) THEN
                    RAISE EXCEPTION 'this ballot is not secret' USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.elector}: {self.motion}"


class Paper(models.Model):
    """One vote in the urn of a motion, known to its voter alone by the receipt."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    motion = models.ForeignKey(Motion, models.PROTECT, related_name="papers", verbose_name=_("motion"))
    choice = models.CharField(_("vote"), max_length=8, choices=Choice.choices)
    receipt = models.CharField(_("receipt"), max_length=12)

    class Meta:
        verbose_name = _("ballot paper")
        verbose_name_plural = _("ballot papers")
        ordering = ("receipt",)
        constraints = [
            models.UniqueConstraint(fields=["motion", "receipt"], name="paper_receipt_once"),
            models.CheckConstraint(condition=models.Q(choice__in=Choice.values), name="paper_is_a_choice"),
        ]
        triggers = [
            pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update),
            # Mixing writes all papers anew in another order, just before the close; nothing else takes one out, and after the close nothing does.
            pgtrigger.Trigger(
                name="urn_is_sealed",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Delete,
                func="""
                IF (TG_OP = 'DELETE' AND coalesce(current_setting('alliance.mixing', true), '') <> 'on') OR NOT EXISTS (
                    SELECT 1 FROM council_motion m JOIN council_ballot b ON b.id = m.ballot_id
                    WHERE m.id = coalesce(NEW.motion_id, OLD.motion_id) AND b.status = 'open') THEN
                    RAISE EXCEPTION 'the urn is sealed' USING ERRCODE = 'check_violation';
                END IF;
                RETURN coalesce(NEW, OLD);
                """,
            ),
            pgtrigger.Trigger(
                name="as_many_papers_as_voters",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Delete,
                timing=pgtrigger.Deferred,
                declare=[("urn", "bigint")],
                func="""
                urn = coalesce(NEW.motion_id, OLD.motion_id);
                IF (SELECT count(*) FROM council_paper WHERE motion_id = urn) <> (SELECT count(*) FROM council_participation WHERE motion_id = urn) THEN
                    RAISE EXCEPTION 'as many papers as voters' USING ERRCODE = 'check_violation';
                END IF;
                RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.receipt
