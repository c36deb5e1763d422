from .ageing import AGEING_FIELDS, Ageing, ageing_panel
from .faults import Fault
from .images import SiteImage, SiteRendition
from .jobs import JobRun
from .links import ExternalAddress, Link
from .pages import BasePage
from .retention import RetentionRun
from .settings import SiteSettings
from .texts import SiteTexts
from .users import User
from .workflows import SecondPairOfEyes

__all__ = [
    "AGEING_FIELDS",
    "Ageing",
    "BasePage",
    "ExternalAddress",
    "Fault",
    "JobRun",
    "Link",
    "RetentionRun",
    "SecondPairOfEyes",
    "SiteImage",
    "SiteRendition",
    "SiteSettings",
    "SiteTexts",
    "User",
    "ageing_panel",
]
