from .accreditations import Accreditation, AccreditationPage
from .pages import CourseEventPage, CourseEventPart, CourseIndexPage, CoursePage
from .rosters import Roster, SeatClaim
from .sign_up_pages import SignUpPage, SignUpQuestion
from .sign_ups import Answer, BuyerDetails, Change, Consent, SignUp, Upload

__all__ = [
    "Accreditation",
    "AccreditationPage",
    "Answer",
    "BuyerDetails",
    "Change",
    "Consent",
    "CourseEventPage",
    "CourseEventPart",
    "CourseIndexPage",
    "CoursePage",
    "Roster",
    "SeatClaim",
    "SignUp",
    "SignUpPage",
    "SignUpQuestion",
    "Upload",
]
