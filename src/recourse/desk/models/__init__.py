"""The tables of the desk, one module an aisle."""

from recourse.desk.models.cases import (
    Actor,
    Answer,
    Assessment,
    Case,
    Deadline,
    Decision,
    DecisionState,
    Draft,
    Exhibit,
    Link,
    LinkUse,
    Message,
    Reason,
    Side,
)
from recourse.desk.models.holds import Hold
from recourse.desk.models.institutions import (
    Contract,
    Course,
    Institution,
    InstitutionKind,
    Invitation,
    Membership,
    Offer,
    Policy,
    Process,
    Question,
    Role,
    Standing,
)
from recourse.desk.models.people import Mandate, Person
from recourse.desk.models.purchases import Payment, Progress, Purchase, Source
from recourse.desk.models.queue import SavedText, SavedView
from recourse.desk.models.timeline import Entry, Head, Leaf, Opening
from recourse.desk.models.visits import Visits

__all__ = [
    "Actor", "Answer", "Assessment", "Case", "Contract", "Course", "Deadline", "Decision", "DecisionState", "Draft",
    "Entry", "Exhibit", "Head", "Hold", "Institution", "InstitutionKind", "Invitation", "Leaf", "Link", "LinkUse",
    "Mandate", "Membership", "Message", "Offer", "Opening", "Payment", "Person", "Policy", "Process", "Progress",
    "Purchase", "Question", "Reason", "Role", "SavedText", "SavedView", "Side", "Source", "Standing", "Visits",
]  # fmt: skip
