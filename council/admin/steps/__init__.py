"""Ballots, seats and rules as steps of the admin."""

from council.admin.steps.drafting import AddMotion, Discuss, EditDraft, NewBallot, Preview
from council.admin.steps.opening import OpenBallot, Schedule
from council.admin.steps.results import MeetingResult, NewRound, Verify
from council.admin.steps.running import CancelBallot, CloseBallot, ExtendBallot, GiveProxy, Letters, RevokeProxy
from council.admin.steps.seats import ReplaceHolder, WhatIf, WithdrawProcedure

__all__ = [
    "AddMotion",
    "CancelBallot",
    "CloseBallot",
    "Discuss",
    "EditDraft",
    "ExtendBallot",
    "GiveProxy",
    "Letters",
    "MeetingResult",
    "NewBallot",
    "NewRound",
    "OpenBallot",
    "Preview",
    "ReplaceHolder",
    "RevokeProxy",
    "Schedule",
    "Verify",
    "WhatIf",
    "WithdrawProcedure",
]
