import re

YOUTUBE = re.compile(
    r"^https?://(?:www\.|m\.)?(?:youtube(?:-nocookie)?\.com/(?:watch\?(?:[^#]*&)?v=|embed/|shorts/|live/)"
    r"|youtu\.be/)(?P<id>[\w-]{11})(?:[?&#/]|$)"
)


def video_id(url):
    """The id in any of YouTube's address forms, also `/embed/`; an empty string for any other."""
    match = YOUTUBE.match(url.strip())
    return match["id"] if match else ""
