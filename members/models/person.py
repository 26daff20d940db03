"""People at institutions, and what they are there."""

import datetime as dt

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel
from members.enums import PersonRole

# A member unit without a liaison cannot be reached: whoever ends the last one's role, by whatever door, is refused. The advisory lock
# makes two endings at the same moment wait for each other; the second one then sees the first.
LAST_LIAISON = """
    IF OLD.role = 'liaison' AND OLD.until IS NULL
       AND (NEW.until IS NOT NULL OR NEW.role <> 'liaison' OR NEW.institution_id <> OLD.institution_id)
       AND EXISTS (SELECT 1 FROM members_membership m WHERE m.institution_id = OLD.institution_id AND m.status IN ('active', 'suspended')) THEN
        PERFORM pg_advisory_xact_lock(hashtext('members.last_liaison'), OLD.institution_id::int);
        IF NOT EXISTS (
            SELECT 1 FROM members_affiliation a
            WHERE a.institution_id = OLD.institution_id AND a.role = 'liaison' AND a.until IS NULL AND a.id <> OLD.id
        ) THEN
            RAISE EXCEPTION 'the last liaison of a member unit stays until there is a successor' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
"""


@pghistory.track()
class Person(TimestampedModel):
    """Somebody at one or more institutions; may have a user to sign in with."""

    name = models.CharField(_("name"), max_length=80)
    department = models.CharField(_("department"), max_length=120, blank=True)
    post = models.CharField(_("post"), max_length=80, blank=True)
    mobile = models.CharField(_("mobile"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    email_dead_since = models.DateTimeField(_("address is dead since"), null=True, blank=True, editable=False)
    email_dead_reason = models.CharField(_("why the address is dead"), max_length=500, blank=True, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="person", verbose_name=_("account"))
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_from", verbose_name=_("merged into"))
    erased_at = models.DateTimeField(_("personal data erased"), null=True, blank=True)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("name", "pk")
        indexes = [models.Index(fields=["email_dead_since"], condition=models.Q(email_dead_since__isnull=False), name="people_with_dead_address")]
        triggers = [
            # Another address, another chance: the mark belongs to the address, through whichever door it is changed.
            pgtrigger.Trigger(
                name="new_address_is_not_dead",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("email"),
                condition=pgtrigger.Q(old__email__df=pgtrigger.F("new__email")),
                func="NEW.email_dead_since = NULL; NEW.email_dead_reason = ''; RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return self.name


def in_force(on: dt.date, at: str = "") -> models.Q:
    """The condition on roles (or on rows that reach one by `at`): held on `on`, a Beijing date.

    A role ends at the beginning of its last day: whoever hands over today has no rights left today.
    """
    until = models.Q(**{f"{at}until": None}) | models.Q(**{f"{at}until__gt": on})
    return models.Q(**{f"{at}since__lte": on}) & until


@pghistory.track()
class Affiliation(TimestampedModel):
    """A role of a person for an institution over a time; ended, never deleted, when the person moves on."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="affiliations", verbose_name=_("person"))
    institution = models.ForeignKey("members.Institution", models.PROTECT, related_name="affiliations", verbose_name=_("institution"))
    role = models.CharField(_("role"), max_length=10, choices=PersonRole.choices)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("role of a person")
        verbose_name_plural = _("roles of people")
        ordering = ("institution", "role", "person")
        constraints = [
            models.UniqueConstraint(fields=["person", "institution", "role"], condition=models.Q(until=None), name="role_held_once_at_a_time"),
            models.CheckConstraint(condition=models.Q(until=None) | models.Q(until__gte=models.F("since")), name="affiliation_ends_after_it_begins"),
        ]
        triggers = [pgtrigger.Trigger(name="last_liaison_stays", when=pgtrigger.Before, operation=pgtrigger.Update, func=LAST_LIAISON)]

    def __str__(self) -> str:
        return f"{self.person} · {self.institution} · {self.get_role_display()}"
