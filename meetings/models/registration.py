"""Registrations. The four musts of a place are kept here by constraint and trigger, whoever writes."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel
from alliance.common.transitions import transitions_trigger
from alliance.common.triggers import frozen_fields, never_deleted
from meetings.enums import LIVE, REGISTRATION_TRANSITIONS, SEATED, RegistrationStatus

_SEATED = ", ".join(f"'{status}'" for status in sorted(SEATED))

# Locks in the one order that everybody keeps: the unit's year, the unit's place in the meeting, the meeting.
PLACES = f"""
SELECT * INTO the_meeting FROM meetings_meeting WHERE id = NEW.meeting_id;
SELECT * INTO the_offer FROM meetings_offer WHERE id = NEW.offer_id AND meeting_id = NEW.meeting_id;
IF the_offer.id IS NULL THEN
    RAISE EXCEPTION 'the offer belongs to another meeting' USING ERRCODE = 'check_violation';
END IF;
NEW.year = extract(year FROM the_meeting.starts_at AT TIME ZONE 'Asia/Shanghai');
NEW.uses_allowance = the_offer.draws_on_allowance;
IF NEW.status NOT IN ({_SEATED}) OR (TG_OP = 'UPDATE' AND OLD.status IN ({_SEATED})) THEN
    RETURN NEW;
END IF;
INSERT INTO meetings_unityear (institution_id, year) VALUES (NEW.institution_id, NEW.year) ON CONFLICT DO NOTHING;
PERFORM 1 FROM meetings_unityear WHERE institution_id = NEW.institution_id AND year = NEW.year FOR UPDATE;
INSERT INTO meetings_unitmeeting (institution_id, meeting_id) VALUES (NEW.institution_id, NEW.meeting_id) ON CONFLICT DO NOTHING;
PERFORM 1 FROM meetings_unitmeeting WHERE institution_id = NEW.institution_id AND meeting_id = NEW.meeting_id FOR UPDATE;
SELECT * INTO the_meeting FROM meetings_meeting WHERE id = NEW.meeting_id FOR UPDATE;
IF (SELECT count(*) FROM meetings_registration WHERE meeting_id = NEW.meeting_id AND status IN ({_SEATED}) AND id <> NEW.id) >= the_meeting.capacity THEN
    RAISE EXCEPTION 'the meeting is full' USING ERRCODE = 'check_violation', CONSTRAINT = 'meeting_capacity';
END IF;
IF the_offer.seats_per_unit IS NOT NULL AND (
    SELECT count(*) FROM meetings_registration WHERE offer_id = NEW.offer_id AND institution_id = NEW.institution_id
        AND status IN ({_SEATED}) AND id <> NEW.id) >= the_offer.seats_per_unit THEN
    RAISE EXCEPTION 'no place left for the unit' USING ERRCODE = 'check_violation', CONSTRAINT = 'seats_per_unit';
END IF;
IF NEW.uses_allowance AND NOT EXISTS (
    SELECT 1 FROM meetings_registration WHERE meeting_id = NEW.meeting_id AND institution_id = NEW.institution_id
        AND uses_allowance AND status IN ({_SEATED}) AND id <> NEW.id
) AND (
    SELECT count(DISTINCT meeting_id) FROM meetings_registration WHERE institution_id = NEW.institution_id AND year = NEW.year
        AND uses_allowance AND status IN ({_SEATED})
) >= coalesce((SELECT free_meetings FROM meetings_allowancerule WHERE from_year <= NEW.year ORDER BY from_year DESC LIMIT 1), 3) THEN
    RAISE EXCEPTION 'no free meeting left this year' USING ERRCODE = 'check_violation', CONSTRAINT = 'free_meetings_per_year';
END IF;
RETURN NEW;
"""


@pghistory.track()
class Registration(TimestampedModel):
    """A person's place at a meeting, for a unit, on the terms of an offer."""

    TRANSITIONS = REGISTRATION_TRANSITIONS

    meeting = models.ForeignKey("meetings.Meeting", models.PROTECT, related_name="registrations", verbose_name=_("meeting"))
    institution = models.ForeignKey("members.Institution", models.PROTECT, related_name="registrations", verbose_name=_("unit"))
    person = models.ForeignKey("members.Person", models.PROTECT, related_name="registrations", verbose_name=_("person"))
    offer = models.ForeignKey("meetings.Offer", models.PROTECT, related_name="registrations", verbose_name=_("offer"))
    status = models.CharField(_("status"), max_length=10, choices=RegistrationStatus.choices)
    year = models.PositiveSmallIntegerField(_("year"), default=0, editable=False)
    uses_allowance = models.BooleanField(_("uses the allowance"), default=False, editable=False)
    ticket = models.CharField(_("ticket"), max_length=24, unique=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces"))
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("registered by"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ("meeting", "pk")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "person"], condition=models.Q(status__in=sorted(LIVE)), name="person_once_per_meeting"),
        ]
        indexes = [models.Index(fields=["institution", "year"], condition=models.Q(uses_allowance=True), name="registration_allowance")]
        triggers = [
            transitions_trigger(
                "status", REGISTRATION_TRANSITIONS, initial={RegistrationStatus.CONFIRMED, RegistrationStatus.WAITLISTED}, name="a_status_transitions"
            ),
            frozen_fields("meeting_id", "institution_id", "person_id", "offer_id", "ticket", name="b_registration_is_fixed"),
            pgtrigger.Trigger(
                name="places",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("the_meeting", "meetings_meeting%ROWTYPE"), ("the_offer", "meetings_offer%ROWTYPE")],
                func=PLACES,
            ),
            never_deleted(),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.meeting}"
