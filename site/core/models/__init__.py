from .images import SiteImage, SiteRendition
from .jobs import JobRun
from .pages import BasePage
from .settings import SiteSettings
from .texts import SiteTexts
from .users import User

__all__ = ["BasePage", "JobRun", "SiteImage", "SiteRendition", "SiteSettings", "SiteTexts", "User"]
