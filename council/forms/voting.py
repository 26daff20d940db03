"""The voting page as a form: for each motion a choice, a comment and the digest of what was shown."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from council.dossier import dossier_digests
from council.enums import Choice
from council.models import Elector, Motion
from council.services.voting import Ticked


class VoteForm(forms.Form):
    """One motion. Leaving it empty means: not yet."""

    choice = forms.ChoiceField(choices=Choice.choices, required=False, widget=forms.RadioSelect, label=_("Your vote"))
    comment = forms.CharField(required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}), label=_("Comment"))
    dossier = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, motion: Motion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.motion = motion

    def ticked(self) -> Ticked | None:
        """What the voter decided on this motion, if anything."""
        data = self.cleaned_data
        return Ticked(self.motion, data["choice"], data["comment"].replace("\0", ""), data["dossier"]) if data.get("choice") else None


def vote_forms(elector: Elector, data: Any = None, *, without: Collection[int] = ()) -> list[VoteForm]:
    """A form for each motion the elector may vote on, with what they have voted so far; `without` these motions (by pk)."""
    closed = {*elector.recusals.values_list("motion_id", flat=True), *elector.participations.values_list("motion_id", flat=True), *without}
    votes = {vote.motion_id: vote for vote in elector.votes.all()}
    motions = [m for m in elector.ballot.motions.select_related("application__institution", "departure__letter", "ballot") if m.pk not in closed]
    digests = dossier_digests(motions)
    forms_ = []
    for motion in motions:
        vote = votes.get(motion.pk)
        initial = {"dossier": digests[motion.pk], "choice": vote.choice if vote else "", "comment": vote.comment if vote else ""}
        forms_.append(VoteForm(data, motion=motion, prefix=f"m{motion.pk}", initial=initial))
    return forms_


class RecusalForm(forms.Form):
    """Step aside, and why."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class CommentForm(forms.Form):
    """A comment on one motion."""

    motion = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(label=_("Your comment"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
