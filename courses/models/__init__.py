from .accreditations import Accreditation, AccreditationPage
from .certificates import Attendance, Certificate
from .course_pages import CourseIndexPage, CoursePage, CoursePlace, DayMoment
from .date_alerts import DateAlert
from .event_pages import CourseEventPage, CourseEventPart
from .invoices import Invoice, NumberSeries
from .listings import ColumnChoice
from .payments import Payment, ProviderContact, Refund, StrayPayment
from .roster_messages import RosterMessage
from .rosters import Roster, SeatClaim
from .sign_up_pages import SignUpPage, SignUpQuestion
from .sign_ups import Answer, BuyerDetails, Change, Consent, SignUp, Upload
from .swaps import SwapOffer

__all__ = [
    "Accreditation",
    "AccreditationPage",
    "Answer",
    "Attendance",
    "BuyerDetails",
    "Certificate",
    "Change",
    "ColumnChoice",
    "Consent",
    "CourseEventPage",
    "CourseEventPart",
    "CourseIndexPage",
    "CoursePage",
    "CoursePlace",
    "DateAlert",
    "DayMoment",
    "Invoice",
    "NumberSeries",
    "Payment",
    "ProviderContact",
    "Refund",
    "Roster",
    "RosterMessage",
    "SeatClaim",
    "SignUp",
    "SignUpPage",
    "SignUpQuestion",
    "StrayPayment",
    "SwapOffer",
    "Upload",
]
