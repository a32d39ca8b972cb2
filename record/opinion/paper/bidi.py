"""The order of characters on a line that mixes directions: the Unicode bidirectional algorithm (UAX #9).

Done are P2 and P3, W1 to W7, N0 to N2, I1 and I2, L1 and L2. Explicit embeddings and isolates (X1 to X10) are not: control characters
have the direction of what stands before them. Mirroring (L4) is the shaper's work.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise

_STRONG = {"L": 0, "R": 1, "AL": 1}
_CONTROLS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "BN"})
_BRACKETS = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "〈": "〉", "（": "）", "「": "」"}
_NEUTRAL = frozenset({"B", "S", "WS", "ON"})


def base_level(text: str) -> int:
    """The paragraph's level (P2, P3): 1 where the first strong character runs from right to left, else 0."""
    return next((_STRONG[kind] for kind in map(unicodedata.bidirectional, text) if kind in _STRONG), 0)


def levels(text: str, base: int) -> list[int]:
    """The embedding level of each character: even runs left to right, odd right to left."""
    kinds = _weak([_kind(character) for character in text], "R" if base else "L")
    kinds = _brackets(text, kinds, "R" if base else "L")
    kinds = _neutral(kinds, "R" if base else "L")
    raised = {0: {"L": 0, "R": 1, "EN": 2, "AN": 2}, 1: {"L": 2, "R": 1, "EN": 2, "AN": 2}}
    found = [raised[base][kind] for kind in kinds]
    return _trailing(text, found, base)


def visual_runs(found: list[int]) -> list[tuple[int, int, int]]:
    """Runs (start, end, level) of equal level in the order in which they stand on the line from left to right (L2)."""
    runs = _level_runs(found)
    for level in range(max(found, default=0), 0, -1):
        runs = _reversed_at(runs, level)
    return runs


def _kind(character: str) -> str:
    kind = unicodedata.bidirectional(character) or "L"
    return "BN" if kind in _CONTROLS else kind


def _weak(kinds: list[str], start: str) -> list[str]:
    """W1 to W7."""
    found = _marks_and_numbers(kinds, start)
    found = ["R" if kind == "AL" else kind for kind in found]
    found = _separators(found)
    found = _terminators(found)
    found = ["ON" if kind in {"ES", "ET", "CS"} else kind for kind in found]
    last = start
    for at, kind in enumerate(found):
        last = kind if kind in {"L", "R"} else last
        if kind == "EN" and last == "L":
            found[at] = "L"
    return found


def _marks_and_numbers(kinds: list[str], start: str) -> list[str]:
    """W1: a mark is what stands before it. W2: European digits after Arabic letters are Arabic digits."""
    found: list[str] = []
    before, strong = start, start
    for kind in kinds:
        now = before if kind in {"NSM", "BN"} else kind
        strong = now if now in _STRONG else strong
        found.append("AN" if now == "EN" and strong == "AL" else now)
        before = now
    return found


def _separators(kinds: list[str]) -> list[str]:
    """W4: one separator between two numbers of a kind belongs to them."""
    found = list(kinds)
    for at in range(1, len(kinds) - 1):
        before, kind, after = found[at - 1], kinds[at], kinds[at + 1]
        if before == after and ((kind == "ES" and before == "EN") or (kind == "CS" and before in {"EN", "AN"})):
            found[at] = before
    return found


def _terminators(kinds: list[str]) -> list[str]:
    """W5: terminators beside European digits belong to them."""
    found = list(kinds)
    for order in (range(1, len(found)), range(len(found) - 2, -1, -1)):
        step = -1 if order.step == 1 else 1
        for at in order:
            if found[at] == "ET" and found[at + step] == "EN":
                found[at] = "EN"
    return found


def _brackets(text: str, kinds: list[str], embedding: str) -> list[str]:
    """N0: a pair of brackets takes the paragraph's direction if that is found inside, else the one inside if it is found before too."""
    found = list(kinds)
    for opening, closing in _pairs(text, found):
        inside = {_direction(kind) for kind in found[opening + 1 : closing] if kind in {"L", "R", "EN", "AN"}}
        if embedding in inside:
            found[opening] = found[closing] = embedding
        elif inside:
            before = next((_direction(kind) for kind in reversed(found[:opening]) if kind in {"L", "R", "EN", "AN"}), embedding)
            found[opening] = found[closing] = before if before in inside else embedding
    return found


def _pairs(text: str, kinds: list[str]) -> list[tuple[int, int]]:
    """The pairs of brackets (BD16), by where they open."""
    pairs: list[tuple[int, int]] = []
    open_at: list[int] = []
    for at, character in enumerate(text):
        if kinds[at] != "ON":
            continue
        if character in _BRACKETS:
            open_at.append(at)
        elif character in _BRACKETS.values():
            match = next((n for n in range(len(open_at) - 1, -1, -1) if _BRACKETS[text[open_at[n]]] == character), None)
            if match is not None:
                pairs.append((open_at[match], at))
                del open_at[match:]
    return sorted(pairs)


def _neutral(kinds: list[str], embedding: str) -> list[str]:
    """N1, N2: neutrals between two of one direction take it, others the paragraph's."""
    found = list(kinds)
    at = 0
    while at < len(found):
        if found[at] not in _NEUTRAL:
            at += 1
            continue
        end = next((n for n in range(at, len(found)) if found[n] not in _NEUTRAL), len(found))
        before = _direction(found[at - 1]) if at else embedding
        after = _direction(found[end]) if end < len(found) else embedding
        found[at:end] = [before if before == after else embedding] * (end - at)
        at = end
    return found


def _direction(kind: str) -> str:
    return "L" if kind == "L" else "R"


def _trailing(text: str, found: list[int], base: int) -> list[int]:
    """L1: white space at the line's end has the paragraph's level."""
    kept = len(text.rstrip())
    return found[:kept] + [base] * (len(text) - kept)


def _level_runs(found: list[int]) -> list[tuple[int, int, int]]:
    edges = [0, *(at for at in range(1, len(found)) if found[at] != found[at - 1]), len(found)]
    return [(start, end, found[start]) for start, end in pairwise(edges) if start < end]


def _reversed_at(runs: list[tuple[int, int, int]], level: int) -> list[tuple[int, int, int]]:
    """Every stretch of runs at or above a level, turned round."""
    turned: list[tuple[int, int, int]] = []
    stretch: list[tuple[int, int, int]] = []
    for run in runs:
        if run[2] >= level:
            stretch.append(run)
            continue
        turned += [*reversed(stretch), run]
        stretch = []
    return [*turned, *reversed(stretch)]
