"""Pages of one ballot and of one motion, for those who stand in its electorate."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from alliance.common.views import PermissionRequired
from council.models import Ballot, Elector, Motion
from council.selectors.ballots import ballots_visible_to
from council.selectors.electorate import elector_of, electors_of


class OwnBallot(PermissionRequired):
    """Pages of one ballot: for its electors; for others it does not exist."""

    permission = "council.view_own_ballot"

    @cached_property
    def ballot(self) -> Ballot:
        """The ballot of the address."""
        return get_object_or_404(ballots_visible_to(self.request.user).select_related("body", "procedure"), pk=self.kwargs["pk"])  # type: ignore[attr-defined]

    @cached_property
    def elector(self) -> Elector:
        """The place in the electorate for which the page is: the one asked for by `?for=`, or the person's own."""
        wanted = self.request.GET.get("for", "")  # type: ignore[attr-defined]
        places = self.places
        if wanted.isdigit():
            places = [place for place in places if str(place.pk) == wanted]
        elector = places[0] if places else elector_of(self.request.user, self.ballot)  # type: ignore[attr-defined]
        if elector is None or (wanted and not places):
            raise Http404
        elector.ballot = self.ballot
        return elector

    @cached_property
    def places(self) -> list[Elector]:
        """The places for which the person votes: their own, and one held by proxy."""
        return electors_of(self.request.user, self.ballot)  # type: ignore[attr-defined]

    def here(self, name: str = "council:ballot") -> str:
        """A page of this ballot, for the same place in the electorate."""
        wanted = self.request.GET.get("for", "")  # type: ignore[attr-defined]
        return reverse(name, args=[self.ballot.pk]) + (f"?for={wanted}" if wanted.isdigit() else "")

    def get_permission_object(self) -> Ballot:
        """The permission is about this ballot."""
        return self.ballot


class OwnMotion(OwnBallot):
    """Pages of one motion of one's ballot."""

    @cached_property
    def motion(self) -> Motion:
        """The motion of the address."""
        motions = self.ballot.motions.select_related(
            "application__institution", "application__scan", "departure__membership__institution", "membership", "tier"
        )
        return get_object_or_404(motions, pk=self.kwargs["motion_pk"])  # type: ignore[attr-defined]
