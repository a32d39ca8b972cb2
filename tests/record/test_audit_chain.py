from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from record.audit import START, Break, Fault, Record, append, head_payload, verify

entries = st.lists(
    st.dictionaries(st.text(max_size=5), st.one_of(st.text(max_size=9), st.integers(-(2**53) + 1, 2**53 - 1)), max_size=3),
    min_size=1,
    max_size=8,
)


def chain(given_entries: list[dict[str, str | int]]) -> list[Record]:
    records: list[Record] = []
    for entry in given_entries:
        records.append(append(records[-1] if records else None, entry))
    return records


@settings(deadline=None)
@given(entries)
def test_what_was_appended_holds(given_entries: list[dict[str, str | int]]) -> None:
    records = chain(given_entries)
    assert records[0].before == START
    assert verify(records) is None
    assert verify(records[1:], after=records[0]) is None


@settings(deadline=None)
@given(entries, st.data())
def test_an_edit_shows_at_the_next_record(given_entries: list[dict[str, str | int]], data: st.DataObject) -> None:
    records = [*chain(given_entries), append(chain(given_entries)[-1], {})]
    at = data.draw(st.integers(0, len(records) - 2))
    records[at] = replace(records[at], entry={**records[at].entry, "edited": "yes"})
    assert verify(records) == Break(at + 1, Fault.LINK)


def test_a_gap_and_another_order_show() -> None:
    records = chain([{"n": 1}, {"n": 2}, {"n": 3}])
    assert verify([records[0], records[2]]) == Break(1, Fault.COUNTER)
    assert verify([records[1], records[0]]) == Break(0, Fault.COUNTER)
    assert verify([*records, records[-1]]) == Break(3, Fault.COUNTER)


def test_a_rewritten_beginning_shows_against_a_kept_head() -> None:
    kept, other = chain([{"n": 1}, {"n": 2}]), chain([{"n": 9}, {"n": 2}])
    assert verify(other) is None
    assert verify(chain([{"n": 1}, {"n": 2}, {"n": 3}])[2:], after=other[-1]) == Break(0, Fault.LINK)
    assert head_payload("desk", kept[-1], "t") != head_payload("desk", other[-1], "t")


def test_the_head_says_chain_length_digest_and_time() -> None:
    last = chain([{"n": 1}, {"n": 2}])[-1]
    head = json.loads(head_payload("desk 7", last, "2026-10-20T14:05:00Z"))
    assert head == {"chain": "desk 7", "counter": 2, "digest": last.digest, "at": "2026-10-20T14:05:00Z"}
