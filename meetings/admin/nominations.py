"""Recommended places on a meeting's record: rank, confirm, decline, with the letters shown before they go out."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from alliance.common.admin.workflow import WorkflowView
from alliance.common.exceptions import DomainError
from alliance.common.models import OutboxMessage
from meetings.models import Meeting, Nomination, Offer
from meetings.services.nominating import confirm_nomination, decline_nomination, rank_nominations

STEPS = {"confirm": confirm_nomination, "decline": decline_nomination}


@dataclass(frozen=True)
class Decided:
    """What becomes of one nomination, or why nothing does."""

    nomination: Nomination
    error: str = ""


class Nominations(WorkflowView):
    """Rank, confirm, decline; each confirmation takes a place at once, and one that finds none says so."""

    model = Meeting
    permission = "meetings.manage_meetings"
    title = _("Nominations")
    button = ""
    template_name = "admin/meetings_page.html"
    panel_template = "meetings/admin_nominations.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The offers that take nominations, each with its own; ranks and ticks as typed while a step is looked at."""
        offers = self.record.offers.filter(Q(nominations_per_unit__gt=0) | Q(nominations__isnull=False)).distinct()
        rows = [(offer, list(offer.nominations.select_related("person", "institution"))) for offer in offers]
        chosen = set(self._chosen())
        for _offer, nominations in rows:
            for nomination in nominations:
                nomination.ticked = nomination.pk in chosen  # type: ignore[attr-defined]
                nomination.typed = self.request.POST.get(f"rank-{nomination.pk}", "")[:4] or nomination.rank or ""  # type: ignore[attr-defined]
        return super().get_context_data(offers=rows, **kwargs)

    def perform(self, form: Any) -> HttpResponse:
        """One step over those chosen, in their rank; what it does and writes is shown first, and done when the same is pressed again."""
        step, key = self.request.POST.get("step", ""), self.request.POST.get("offer", "")
        offer = self.record.offers.filter(pk=key).first() if key.isascii() and key.isdecimal() and len(key) < 19 else None
        if offer is None:
            return redirect(self.request.path)
        seen = f"{step}:{','.join(map(str, self._chosen()))}"
        if step in STEPS and self._chosen() and self.request.POST.get("previewed") != seen:
            return self._look(offer, step, seen)
        with transaction.atomic():
            decided = self._carry_out(offer, step)
        for one in decided:
            say = messages.error if one.error else messages.success
            say(self.request, f"{one.nomination.person}: {one.error or one.nomination.get_status_display()}")
        return redirect(self.request.path)

    def _chosen(self) -> list[int]:
        return sorted(int(pk) for pk in self.request.POST.getlist("chosen") if pk.isascii() and pk.isdecimal() and len(pk) < 19)

    def _look(self, offer: Offer, step: str, seen: str) -> HttpResponse:
        """Carried out, looked at, rolled back as a whole."""
        with transaction.atomic():
            last = OutboxMessage.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            decided = self._carry_out(offer, step)
            letters = list(OutboxMessage.objects.filter(pk__gt=last).order_by("pk"))
            transaction.set_rollback(True)
        shown = {"looking_at": offer.pk, "step": step, "seen": seen, "decided": decided, "letters": letters}
        return self.render_to_response(self.get_context_data(form=self.get_form(), **shown))

    def _carry_out(self, offer: Offer, step: str) -> list[Decided]:
        """Ranks as typed, then the step for each that is chosen; one that is refused leaves the others alone."""
        given = {n.pk: self.request.POST.get(f"rank-{n.pk}", "").strip() for n in offer.nominations.all()}
        order = sorted((int(text), pk) for pk, text in given.items() if text.isdecimal())
        rank_nominations(offer, [pk for _rank, pk in order], actor=self.request.user)
        work = STEPS.get(step)
        chosen = offer.nominations.filter(pk__in=self._chosen()).select_related("person", "institution", "offer__meeting") if work else ()
        return [self._decide(nomination, work) for nomination in chosen]

    def _decide(self, nomination: Nomination, work: Any) -> Decided:
        try:
            work(nomination, actor=self.request.user)
        except DomainError as error:
            return Decided(nomination, str(error))
        return Decided(nomination)
