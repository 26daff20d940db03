"""A vote given to another elector, and taken back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from council.forms.kept import KeptUpload
from council.models import Ballot, Elector, Proxy
from council.selectors.kept import AUTHORITY


def free_electors(ballot: Ballot) -> Any:
    """Who of the electorate neither gave nor holds a proxy: such may hold one, and give one as long as they have not voted."""
    return ballot.electors.select_related("institution", "person").filter(proxy_given=None, proxy_held=None)


def free_givers(ballot: Ballot) -> Any:
    """Who may still give the vote away."""
    return free_electors(ballot).filter(votes=None, participations=None)


def free_holders(giver: Elector) -> Any:
    """Who of the electorate may vote for the giver."""
    return free_electors(giver.ballot).exclude(pk=giver.pk)


class ProxyForm(KeptUpload):
    """Who votes for whom, and the paper that says so; offered are those who can."""

    upload_field, purpose, missing = "authority", AUTHORITY, _("Choose the written authority.")

    giver = forms.ModelChoiceField(Elector.objects.none(), label=_("Gives the vote"))
    holder = forms.ModelChoiceField(Elector.objects.none(), label=_("Votes for them"))
    authority = forms.FileField(label=_("Written authority (PDF or picture)"), required=False)


class MyProxyForm(forms.Form):
    """The unit itself names who votes for it, and sends the paper."""

    holder = forms.ModelChoiceField(
        Elector.objects.none(), label=_("Votes for us"), help_text=_("Who gave a vote away or holds one already is not in the list.")
    )
    authority = forms.FileField(label=_("Written authority (PDF or picture)"), help_text=_("Signed or sealed; a photo will do."))

    def __init__(self, *args: Any, giver: Elector, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        holder = self.fields["holder"]
        assert isinstance(holder, forms.ModelChoiceField)
        holder.queryset = free_holders(giver)


class RevokeForm(forms.Form):
    """Why it is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class RevokeOneForm(RevokeForm):
    """Which of a ballot's proxies, and why."""

    proxy = forms.ModelChoiceField(Proxy.objects.none(), label=_("Proxy"), empty_label=None)
    field_order = ("proxy", "reason")
