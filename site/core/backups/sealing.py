"""A stream that is encrypted in pieces: AES-GCM, with a key of its own for each file.

After MAGIC and a salt come pieces, each with its length before it. The number of a piece is part of
its nonce, and so is whether it is the last one: none can be left out, moved or cut off unnoticed.
"""

import io
import os
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"RTBACKUP1\n"
SALT = 16
PIECE = 1 << 20  # bytes of text in a piece
LONGEST = PIECE + 16  # with the tag of AES-GCM
LENGTH = struct.Struct(">I")


class CannotOpenError(Exception):
    """The key is wrong, or the file is damaged or cut off."""


class Sealer(io.RawIOBase):
    """Write to it what has to be encrypted; `close` ends it and leaves the file open."""

    def __init__(self, file, key: str):
        salt = os.urandom(SALT)
        self._file, self._cipher = file, _cipher(key, salt)
        self._waiting, self._number = bytearray(), 0
        file.write(MAGIC + salt)

    def writable(self):
        return True

    def write(self, data):
        self._waiting += data
        while len(self._waiting) > PIECE:  # the last piece is written by `close`
            self._write(bytes(self._waiting[:PIECE]), is_last=False)
            del self._waiting[:PIECE]
        return len(data)

    def close(self):
        if not self.closed:
            self._write(bytes(self._waiting), is_last=True)
        super().close()

    def _write(self, text, *, is_last):
        sealed = self._cipher.encrypt(_nonce(self._number, is_last), text, None)
        self._file.write(LENGTH.pack(len(sealed)) + sealed)
        self._number += 1


class Opener(io.RawIOBase):
    """Read from it what was encrypted. Reading raises CannotOpenError before it gives a wrong byte;
    only at its end is it known that the file is whole.
    """

    def __init__(self, file, key: str):
        head = file.read(len(MAGIC) + SALT)
        if len(head) < len(MAGIC) + SALT:
            raise CannotOpenError
        self._file, self._cipher = file, _cipher(key, head[len(MAGIC) :])
        self._left, self._number = b"", 0
        self._next = self._read_piece()
        if self._next is None:
            raise CannotOpenError

    def readable(self):
        return True

    def readinto(self, buffer):
        while not self._left and self._next is not None:
            piece, self._next = self._next, self._read_piece()
            self._left = self._open(piece, is_last=self._next is None)
        number = min(len(buffer), len(self._left))
        buffer[:number], self._left = self._left[:number], self._left[number:]
        return number

    def _open(self, piece, *, is_last):
        try:
            text = self._cipher.decrypt(_nonce(self._number, is_last), piece, None)
        except InvalidTag:
            raise CannotOpenError from None
        self._number += 1
        return text

    def _read_piece(self):
        head = self._file.read(LENGTH.size)
        if not head:
            return None
        length = LENGTH.unpack(head)[0] if len(head) == LENGTH.size else 0
        piece = self._file.read(length) if 0 < length <= LONGEST else b""
        if not piece or len(piece) < length:
            raise CannotOpenError
        return piece


def is_sealed(file) -> bool:
    """Whether this file is encrypted; it is read from its beginning afterwards."""
    head = file.read(len(MAGIC))
    file.seek(0)
    return head == MAGIC


def _cipher(key, salt):
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=b"backup")
    return AESGCM(derived.derive(key.encode()))


def _nonce(number, is_last):
    return struct.pack(">3xBQ", is_last, number)
