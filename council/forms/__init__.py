"""What people enter in the council: votes, and the steps of the admin."""

from council.forms.drafting import DiscussForm, DraftForm, MotionForm, NewBallotForm
from council.forms.proxies import MyProxyForm, ProxyForm, RevokeForm, RevokeOneForm
from council.forms.results import MeetingResultForm, RoundForm
from council.forms.running import CancelForm, ExtendForm, ScheduleForm
from council.forms.seats import CountsForm, HolderForm, WithdrawForm
from council.forms.voting import CommentForm, RecusalForm, VoteForm, vote_forms

__all__ = [
    "CancelForm",
    "CommentForm",
    "CountsForm",
    "DiscussForm",
    "DraftForm",
    "ExtendForm",
    "HolderForm",
    "MeetingResultForm",
    "MotionForm",
    "MyProxyForm",
    "NewBallotForm",
    "ProxyForm",
    "RecusalForm",
    "RevokeForm",
    "RevokeOneForm",
    "RoundForm",
    "ScheduleForm",
    "VoteForm",
    "WithdrawForm",
    "vote_forms",
]
