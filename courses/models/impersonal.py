"""The columns that need no retention rule: nobody can be identified by what they hold."""

from core.retention import impersonal

impersonal(
    "courses.SignUp",
    "id roster kind state language admission for_work buyer_may_pay event_title price_cents"
    " hold_until hold_extended_at knows_since created_at confirmed_at paid_at ended_at end_reason"
    " forgotten_at calendar_sequence",
)
impersonal("courses.Change", "id sign_up state at")
impersonal("courses.SwapOffer", "id sign_up roster left state until created_at ended_at")
impersonal(
    "courses.Invoice",
    "id kind year sequence sign_up credits amount_cents issued_on due_on language created_at",
)
impersonal(
    "courses.Payment",
    "id sign_up gateway key amount_cents state by_buyer expires_at paid_cents charged_back_cents"
    " created_at paid_at checked_at unanswered_since",
)
impersonal(
    "courses.Refund",
    "id payment amount_cents state reason key created_at done_at attempts last_error",
)
impersonal("courses.StrayPayment", "id gateway amount_cents state made_at found_at solved_at")
for _table in (
    "Accreditation",
    "CourseEventPart",
    "CoursePlace",
    "DayMoment",
    "NumberSeries",
    "ProviderContact",
    "Roster",
    "SeatClaim",
    "SignUpQuestion",
):
    impersonal(f"courses.{_table}")
