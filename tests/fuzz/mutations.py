"""What a hostile or broken file looks like: real ones, changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random


def cut(data: bytearray, random: Random) -> None:
    """Ends too early."""
    del data[random.randrange(len(data)) :]


def flip(data: bytearray, random: Random) -> None:
    """Some bits turned over."""
    for _ in range(random.randint(1, 16)):
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)


def head_flip(data: bytearray, random: Random) -> None:
    """The same, in the first two thousand bytes, where lengths and tags stand."""
    for _ in range(random.randint(1, 8)):
        data[random.randrange(min(len(data), 2000))] = random.randrange(256)


def huge(data: bytearray, random: Random) -> None:
    """A length or a size that lies."""
    at = random.randrange(min(len(data), 4000))
    data[at : at + 4] = random.choice((b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x00\x00\x00\x80", b"\x00\x00\x00\x00"))


def double(data: bytearray, random: Random) -> None:
    """A piece that comes twice."""
    start = random.randrange(len(data))
    piece = data[start : start + random.randint(1, 600)]
    data[start:start] = piece


def lose(data: bytearray, random: Random) -> None:
    """A piece that is gone."""
    start = random.randrange(len(data))
    del data[start : start + random.randint(1, 600)]


def noise(data: bytearray, random: Random) -> None:
    """A piece of noise."""
    start = random.randrange(len(data))
    length = random.randint(1, 200)
    data[start : start + length] = random.randbytes(length)


MUTATIONS: tuple[Callable[[bytearray, Random], None], ...] = (cut, flip, head_flip, huge, double, lose, noise)


def mutated(data: bytes, random: Random) -> bytes:
    """One to three changes."""
    out = bytearray(data)
    for _ in range(random.randint(1, 3)):
        if out:
            random.choice(MUTATIONS)(out, random)
    return bytes(out)
