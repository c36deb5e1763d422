import re
from html import unescape

YOUTUBE = re.compile(
    r"^https?://(?:www\.|m\.)?(?:youtube(?:-nocookie)?\.com/(?:watch\?(?:[^#]*&)?v=|embed/|shorts/|live/)"
    r"|youtu\.be/)(?P<id>[\w-]{11})(?:[?&#/]|$)"
)


BARE = re.compile(r"^(?:www\.|m\.)?(?:youtube(?:-nocookie)?\.com|youtu\.be)/")
EMBED_CODE = re.compile(r"^<iframe\b[^>]*?\bsrc=[\"']([^\"']+)[\"']", re.I)
START = re.compile(
    r"[?&#](?:t|start|time_continue)=(?:(?P<h>\d+)h)?(?:(?P<m>\d+)m)?(?:(?P<s>\d+)s?)?"
)


def address_in(text):
    """The address in what staff paste: with or without https, or YouTube's code to embed."""
    text = text.strip()
    if code := EMBED_CODE.match(text):
        text = unescape(code[1])
    if text.startswith("//"):
        return f"https:{text}"
    return f"https://{text}" if BARE.match(text) else text


def video_id(url):
    """The id in any of YouTube's address forms, also `/embed/`; an empty string for any other."""
    match = YOUTUBE.match(address_in(url))
    return match["id"] if match else ""


def start_of(url):
    """The second at which the video begins, as its address says (“t=1m30s”); mostly 0."""
    found = START.search(address_in(url))
    if not found:
        return 0
    hours, minutes, seconds = (int(found[name] or 0) for name in "hms")
    return hours * 3600 + minutes * 60 + seconds
