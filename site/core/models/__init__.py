from .ageing import AGEING_FIELDS, Ageing, ageing_panel
from .changes import ContentChange
from .drafts import Drafted
from .faults import Fault
from .findings import Finding
from .images import SiteImage, SiteRendition
from .jobs import JobRun
from .links import ExternalAddress, Link
from .lost import LostAddress
from .pages import BasePage
from .restorations import Restoration
from .retention import RetentionRun
from .settings import SiteSettings
from .texts import SiteTexts
from .users import User
from .words import SiteWord
from .workflows import SecondPairOfEyes

__all__ = [
    "AGEING_FIELDS",
    "Ageing",
    "BasePage",
    "ContentChange",
    "Drafted",
    "ExternalAddress",
    "Fault",
    "Finding",
    "JobRun",
    "Link",
    "LostAddress",
    "Restoration",
    "RetentionRun",
    "SecondPairOfEyes",
    "SiteImage",
    "SiteRendition",
    "SiteSettings",
    "SiteTexts",
    "SiteWord",
    "User",
    "ageing_panel",
]
