"""Bodies, their seats, their rules of procedure (R16)."""

import datetime as dt

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel
from council.enums import Electorate, MajorityBase, Office, TieRule


class Body(models.Model):
    """The council, or another body that votes."""

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    electorate = models.CharField(_("who votes"), max_length=8, choices=Electorate.choices, default=Electorate.SEATS)
    good_standing_only = models.BooleanField(_("only members in good standing vote"), default=True)

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("bodies")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Seat(TimestampedModel):
    """A seat belongs to an institution and is held by a person for a term."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="seats", verbose_name=_("body"))
    institution = models.ForeignKey("members.Institution", models.PROTECT, related_name="seats", verbose_name=_("institution"))
    person = models.ForeignKey("members.Person", models.PROTECT, related_name="seats", verbose_name=_("person"))
    office = models.CharField(_("office"), max_length=12, choices=Office.choices, default=Office.MEMBER)
    term_from = models.DateField(_("term from"))
    term_until = models.DateField(_("term until"), null=True, blank=True)

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ("body", "office", "institution__name")
        constraints = [
            models.UniqueConstraint(fields=["body", "institution"], condition=models.Q(term_until=None), name="one_running_seat_per_institution"),
            models.CheckConstraint(condition=models.Q(term_until=None) | models.Q(term_until__gte=models.F("term_from")), name="seat_term_in_order"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="one_seat_at_a_time",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("body_id", "institution_id", "term_from", "term_until"),
                func="""
                -- The lock on the body puts two seats that are entered at once one after the other.
                PERFORM 1 FROM council_body WHERE id = NEW.body_id FOR NO KEY UPDATE;
                IF EXISTS (SELECT 1 FROM council_seat WHERE body_id = NEW.body_id AND institution_id = NEW.institution_id AND id <> NEW.id
                    AND (term_until IS NULL OR term_until >= NEW.term_from) AND (NEW.term_until IS NULL OR term_from <= NEW.term_until)) THEN
                    RAISE EXCEPTION 'the institution has a seat then' USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'one_seat_at_a_time';
                END IF;
                RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.institution} · {self.person}"

    def clean(self) -> None:
        """The nicer message; the trigger is the judge."""
        others = Seat.objects.filter(body=self.body_id, institution=self.institution_id, term_until__gte=self.term_from or dt.date.min).exclude(pk=self.pk)
        others |= Seat.objects.filter(body=self.body_id, institution=self.institution_id, term_until=None).exclude(pk=self.pk)
        if self.term_from and any(self.term_until is None or other.term_from <= self.term_until for other in others):
            raise ValidationError(_("The institution has another seat in this body at that time."))


@pghistory.track()
class Procedure(TimestampedModel):
    """Rules of procedure of a body from a day on: data, since the charter's text may differ from what we suppose."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="procedures", verbose_name=_("body"))
    effective_from = models.DateField(_("in force from"))
    quorum_numerator = models.PositiveSmallIntegerField(_("quorum: numerator"), default=2)
    quorum_denominator = models.PositiveSmallIntegerField(_("quorum: denominator"), default=3)
    majority_numerator = models.PositiveSmallIntegerField(_("majority: numerator"), default=1)
    majority_denominator = models.PositiveSmallIntegerField(_("majority: denominator"), default=2)
    majority_strict = models.BooleanField(_("more than (过半)"), default=True, help_text=_("Off: the share itself is enough (以上)."))
    majority_base = models.CharField(_("counted"), max_length=12, choices=MajorityBase.choices, default=MajorityBase.TAKING_PART)
    recused_count_for_quorum = models.BooleanField(_("recused seats count for the quorum"), default=False)
    changeable = models.BooleanField(_("votes can be changed until the close"), default=True)
    tie_rule = models.CharField(_("exactly half are for"), max_length=10, choices=TieRule.choices, default=TieRule.REJECTED)
    closes_early = models.BooleanField(
        _("closes when decided"),
        default=False,
        help_text=_("When everybody has voted; where votes are final, also when no further vote can change an outcome."),
    )
    secret = models.BooleanField(_("secret ballot"), default=False, help_text=_("Who voted is kept apart from what was voted. Such votes are final."))
    correspondence_allowed = models.BooleanField(_("voting outside meetings is allowed"), default=True)
    proxies_allowed = models.BooleanField(_("a vote may be given to another elector"), default=False)
    quorum_extension_days = models.PositiveSmallIntegerField(
        _("without a quorum: extended once by days"), default=0, help_text=_("0: no extension; the motions then end without a decision.")
    )
    reminder_days = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("reminders: days before the close"),
        default=list,
        blank=True,
        help_text=_("For example 3,1. Empty: as the reminder rules of the house say."),
    )
    clause = models.CharField(_("clause of the charter"), max_length=80, blank=True)
    is_sample = models.BooleanField(_("sample"), default=False)

    class Meta:
        verbose_name = _("rules of procedure")
        verbose_name_plural = _("rules of procedure")
        ordering = ("body", "-effective_from")
        constraints = [
            models.UniqueConstraint(fields=["body", "effective_from"], name="one_procedure_per_body_and_day"),
            models.CheckConstraint(
                condition=models.Q(quorum_denominator__gte=1, quorum_numerator__lte=models.F("quorum_denominator")), name="quorum_is_a_share"
            ),
            models.CheckConstraint(
                condition=models.Q(majority_denominator__gte=1, majority_numerator__gte=1, majority_numerator__lte=models.F("majority_denominator")),
                name="majority_is_a_share",
            ),
            models.CheckConstraint(condition=models.Q(secret=False) | models.Q(changeable=False), name="secret_votes_are_final"),
            models.CheckConstraint(condition=models.Q(secret=False) | ~models.Q(tie_rule="chair"), name="no_casting_vote_in_secret"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="used_rules_are_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=pgtrigger.Func(
                    """
                    IF EXISTS (SELECT 1 FROM council_ballot WHERE procedure_id = OLD.id) AND (TG_OP = 'DELETE' OR
                        (to_jsonb(NEW) - ARRAY['clause', 'is_sample', 'reminder_days', 'updated_at'])
                        <> (to_jsonb(OLD) - ARRAY['clause', 'is_sample', 'reminder_days', 'updated_at'])) THEN
                        RAISE EXCEPTION 'rules by which was voted are fixed' USING ERRCODE = 'check_violation', CONSTRAINT = 'used_rules_are_frozen';
                    END IF;
                    RETURN coalesce(NEW, OLD);
                    """
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.body} {self.effective_from}"
