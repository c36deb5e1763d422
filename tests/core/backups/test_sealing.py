import io

import pytest

from core.backups.sealing import LENGTH, MAGIC, PIECE, SALT, CannotOpenError, Opener, Sealer

pytestmark = pytest.mark.anywhere

KEY = "a-key-of-at-least-thirty-two-characters"


def sealed(text, key=KEY):
    file = io.BytesIO()
    with Sealer(file, key) as stream:
        for start in range(0, len(text), 700_000):
            stream.write(text[start : start + 700_000])
    return file.getvalue()


def opened(data, key=KEY):
    return io.BufferedReader(Opener(io.BytesIO(data), key)).read()


def pieces(data):
    """(head, [pieces with their lengths])."""
    found, at = [], len(MAGIC) + SALT
    while at < len(data):
        end = at + LENGTH.size + LENGTH.unpack(data[at : at + LENGTH.size])[0]
        found.append(data[at:end])
        at = end
    return data[: len(MAGIC) + SALT], found


LONG = bytes(range(256)) * (PIECE // 64)  # four pieces


@pytest.mark.parametrize("text", [b"", b"a", b"x" * PIECE, b"y" * (PIECE + 1), LONG])
def test_what_was_sealed_comes_back(text):
    assert opened(sealed(text)) == text


def test_nothing_of_it_can_be_read_and_no_two_files_are_alike():
    one, other = sealed(b"Noor van der Loper" * 9), sealed(b"Noor van der Loper" * 9)
    assert b"Noor" not in one
    assert one[len(MAGIC) :] != other[len(MAGIC) :]


def test_another_key_opens_nothing():
    with pytest.raises(CannotOpenError):
        opened(sealed(b"text"), key="b" * 40)


@pytest.mark.parametrize("length", [0, 5, len(MAGIC) + SALT, len(MAGIC) + SALT + 2, -1, -20])
def test_a_file_that_was_cut_off_is_refused(length):
    with pytest.raises(CannotOpenError):
        opened(sealed(LONG)[:length])


def test_a_file_without_its_last_piece_is_refused():
    head, found = pieces(sealed(LONG))
    assert len(found) == 4
    with pytest.raises(CannotOpenError):
        opened(head + b"".join(found[:-1]))


@pytest.mark.parametrize("order", [(1, 0, 2, 3), (0, 2, 3), (0, 1, 1, 2, 3)])
def test_pieces_that_were_moved_left_out_or_repeated_are_refused(order):
    head, found = pieces(sealed(LONG))
    with pytest.raises(CannotOpenError):
        opened(head + b"".join(found[number] for number in order))


def test_one_changed_bit_is_refused():
    data = bytearray(sealed(LONG))
    data[len(data) // 2] ^= 1
    with pytest.raises(CannotOpenError):
        opened(bytes(data))
