import pytest
from django.core.exceptions import ValidationError

from core.blocks import VideoBlock
from core.videos import start_of, video_id

pytestmark = pytest.mark.anywhere

ID = "D6avaeMIIAo"


@pytest.mark.parametrize(
    "address",
    [
        f"https://www.youtube.com/watch?v={ID}",
        f"https://youtube.com/watch?v={ID}&t=30s",
        f"https://www.youtube.com/watch?app=desktop&v={ID}#t=1",
        f"https://m.youtube.com/watch?v={ID}",
        f"https://www.youtube.com/embed/{ID}",
        f"https://www.youtube.com/embed/{ID}?rel=0",
        f"https://www.youtube-nocookie.com/embed/{ID}",
        f"https://youtu.be/{ID}",
        f"https://youtu.be/{ID}?si=abc",
        f"https://www.youtube.com/shorts/{ID}",
        f"https://www.youtube.com/live/{ID}",
        f"http://www.youtube.com/watch?v={ID}",
        f" https://youtu.be/{ID} ",
        f"youtu.be/{ID}?t=90",
        f"www.youtube.com/watch?v={ID}",
        f"//www.youtube.com/embed/{ID}",
        f'<iframe width="560" src="https://www.youtube.com/embed/{ID}?si=x&amp;start=90"></iframe>',
    ],
)
def test_every_form_of_youtube_address_is_understood(address):
    assert video_id(address) == ID


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://vimeo.com/12345",
        "https://www.youtube.com/@kanaal",
        "https://www.youtube.com/watch?v=short",
        f"https://evil.example/?u=https://youtu.be/{ID}",
        f"https://youtube.com.evil.example/watch?v={ID}",
        f"javascript:alert('https://youtu.be/{ID}')",
        f'https://youtu.be/{ID}"onload="',
        f'<iframe src="https://evil.example/{ID}"></iframe>',
        f'<script src="https://youtu.be/{ID}"></script>',
    ],
)
def test_any_other_address_has_no_video_id(address):
    assert video_id(address) == ""


def test_an_address_that_is_no_video_is_refused():
    block = VideoBlock()
    value = block.to_python({"url": "https://vimeo.com/12345", "title": "Lopen"})

    with pytest.raises(ValidationError) as refused:
        block.clean(value)

    assert list(refused.value.block_errors) == ["url"]


def test_the_player_is_youtubes_without_cookies():
    value = VideoBlock().to_python({"url": f"https://youtu.be/{ID}", "title": "Lopen"})

    assert value.embed_url == f"https://www.youtube-nocookie.com/embed/{ID}?autoplay=1"
    assert value.watch_url == f"https://www.youtube.com/watch?v={ID}"


@pytest.mark.parametrize(
    ("address", "second"),
    [
        (f"https://youtu.be/{ID}?t=90", 90),
        (f"https://youtu.be/{ID}?si=x&t=1m30s", 90),
        (f"https://www.youtube.com/embed/{ID}?start=5", 5),
        (f"https://www.youtube.com/watch?v={ID}#t=1h2s", 3602),
        (f"https://youtu.be/{ID}", 0),
    ],
)
def test_a_video_begins_where_its_address_says(address, second):
    assert start_of(address) == second


def test_an_embed_code_is_kept_as_its_address_with_the_start():
    code = f'<iframe src="https://www.youtube.com/embed/{ID}?start=90" allow="x"></iframe>'
    block = VideoBlock()

    value = block.clean(block.to_python({"url": code, "title": "Lopen"}))

    assert value["url"] == f"https://www.youtube.com/embed/{ID}?start=90"
    assert value.embed_url == f"https://www.youtube-nocookie.com/embed/{ID}?autoplay=1&start=90"
    assert value.watch_url == f"https://www.youtube.com/watch?v={ID}&t=90s"
