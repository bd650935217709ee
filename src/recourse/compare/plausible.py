"""What an ordinary purchase is like: what is taken as given, what would blame the seller, what cannot go together.

These are choices of the comparison, not of any law; every report lists those that it made use of.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

LESSONS = (
    60  # of a course: 2, 3, 4, 5, 6, 10, 12, 15, 20 and 30 divide it, so that edges such as 1/3 are reached exactly
)

# Taken as given unless the one who asks says otherwise.
GIVEN: dict[str, Any] = {
    "buyer_is_consumer": True, "sales_channel": "online", "bought_through": "own-website", "buyer_age": 30,
    "ended_by": "learner", "platform_took_payment": True, "items_in_order": 1, "part_of_order_only": False,
    "requested_share": Fraction(1), "lessons_gift": 0, "trial_days": 0, "paid_by_instalments": False,
    "learner_is_international_student": False, "learner_uses_veteran_benefits": False, "school_in_federal_aid": False,
    "payment_method": "credit-card", "absences": 0, "late_arrivals": 0, "platform_outage_hours": 0,
    "lessons_saved_unopened": 0, "lessons_not_given": 0, "hours_unconfirmed": 0, "part_joined": False,
    "withdrew_from_university_course": False, "special_trust_service": False, "taught_at_seller_premises": False,
    "agreement_affirmed": True, "card_link_intact": True, "request_in_text_form": True, "is_renewal": False,
    "sold_as_set": False, "gift_redeemed": False, "gift_credit": 0, "unlimited_use_in_term": False,
    "separate_parts_supplied_price": 0, "cancellation_charge": 0, "termination_costs": 0, "enrolment_costs_shown": 0,
    "value_proved_by_seller": 0, "seller_window_days": 30, "same_service_received_before": False,
    "teach_out_offered": False, "make_up_agreed": False, "expert_examination_days": 0, "exam_failed": False,
    "completed_work_proved": False, "first_lesson_received": True, "entered_program": True,
}  # fmt: skip

# What a seller in order has done, and a request that blames nobody: the first group of a report keeps to these.
IN_ORDER: dict[str, tuple[Any, ...]] = {
    "withdrawal_information_given": (True,), "share_charge_information_given": (True,),
    "withdrawal_function_announced": (True,), "withdrawal_function_offered": (True,),
    "contract_document_received": (True,), "contract_confirmation_sent": (True,),
    "contract_information_given": (True,), "order_button_clear": (True,), "price_after_trial_disclosed": (True,),
    "renewal_notice_given": (True,), "cause": ("learner",), "ground_for_ending": ("none", "changed-circumstances"),
    "reason": ("personal", "illness", "certified-illness", "force-majeure", "visa-refused", "non-use",
               "price-lower-elsewhere"),
    "course_held": (True,), "supplied": (True,), "seller_insolvent": (False,), "seller_answered": (True,),
    "cure_failed": (False,), "failure_grade": ("none",), "fraud": (False,),
    "misleading_or_aggressive_practice": (False,), "practice_was_significant_factor": (False,),
    "course_approved": (True,), "school_accredited": (True,), "vocational_training_paid_by_learner": (False, True),
}  # fmt: skip
# What the seller does wrong, in the words of these facts.
FAULT: dict[str, tuple[Any, ...]] = {
    **{name: (not good[0],) for name, good in IN_ORDER.items() if isinstance(good[0], bool) and len(good) == 1},
    "cause": ("seller",), "ground_for_ending": ("seller-breach", "void", "avoided"),
    "reason": ("not-delivered-as-agreed", "poor-quality"), "failure_grade": ("minor", "major"),
}  # fmt: skip

TAKEN = {
    "lessons_taken": "lessons", "lessons_opened": "lessons", "lessons_watched": "lessons",
    "lessons_completed": "lessons", "hours_taken": "hours", "class_days_attended": "class_days",
    "points_used": "points", "share_completed": "", "share_viewed": "", "preparation_share_completed": "",
}  # fmt: skip
ELAPSED = {
    "lessons_elapsed": "lessons", "hours_elapsed": "hours", "class_days_elapsed": "class_days", "share_elapsed": "",
    "share_released": "",
}  # fmt: skip
FEES = ("registration_fee", "application_fee", "admin_fee", "other_fees", "materials_price", "shipping_price")
EXTRAS = ("nonrefundable_costs_named", "payment_service_fee", "gifts_value")  # a policy may keep them beside its share

# Days that fall on the day of purchase, and on the day of the request.
ON_PURCHASE = ("concluded_on", "paid_on", "charged_on", "in_force_on", "contract_document_received_on",
               "access_given_on", "access_notice_sent_on", "goods_received_on", "paid_period_starts_on")  # fmt: skip
ON_REQUEST = ("request_received_on", "goods_returned_on", "cause_arose_on", "left_on", "last_attended_on",
              "withdrawal_determined_on", "seller_agreed_on", "knew_on", "seller_notified_on")  # fmt: skip

# Facts on which others hang: what was taken, or whether a day is known. They are never settled beforehand.
TIED = ("supply_begun", "service_used", "fully_performed", "graduated", "certificate_issued",
        "withdrawal_information_given")  # fmt: skip
TOGETHER = ("~taken", "~elapsed", "requested_on", "starts_on")  # of which one can rule out another

CLASSES = {  # what a kind of course can be in law
    "recorded-course": ("digital-service", "digital-content"), "subscription": ("digital-service", "digital-content"),
    "digital-download": ("digital-content",), "physical-materials": ("goods",),
}  # fmt: skip
SERVICES = ("service", "digital-service")


def unlikely(case: Mapping[str, Any], lessons: int = LESSONS) -> bool:
    """Whether these facts do not go together, although none of them is impossible."""
    taken, elapsed = case.get("~taken"), case.get("~elapsed")
    if taken is not None and elapsed is not None and taken > elapsed:
        return True
    asked, starts = case.get("requested_on"), case.get("starts_on")
    before = asked is not None and starts is not None and asked < starts
    if before and (taken or elapsed or case.get("supply_begun") or case.get("service_used")):
        return True
    if taken and (case.get("supply_begun") is False or case.get("service_used") is False):
        return True
    done = case.get("fully_performed")
    if done is not None and taken is not None and done is not (taken == lessons):
        return True
    if case.get("graduated") and taken is not None and taken < lessons:
        return True
    kind, law = case.get("kind"), case.get("legal_class")
    return kind is not None and law is not None and law not in CLASSES.get(kind, SERVICES)
