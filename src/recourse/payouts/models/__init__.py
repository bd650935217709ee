"""The tables of payouts, one module an aisle."""

from recourse.payouts.models.accounts import Account, BankFile, Dispute, Errand, InFile, Notice, Route, Told
from recourse.payouts.models.payouts import Approval, Award, Event, Payout, Posting
from recourse.payouts.models.statements import Reported, Verdict

__all__ = [
    "Account", "Approval", "Award", "BankFile", "Dispute", "Errand", "Event", "InFile", "Notice", "Payout", "Posting",
    "Reported", "Route", "Told", "Verdict",
]  # fmt: skip
