from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from record.audit import BEGIN, START, Break, Fault, Head, Record, append, record, verify

Entry = dict[str, str | int]
entries = st.lists(
    st.dictionaries(st.text(max_size=5), st.one_of(st.text(max_size=9), st.integers(-(2**53) + 1, 2**53 - 1)), max_size=3),
    min_size=1,
    max_size=8,
)


def chain(given_entries: list[Entry]) -> list[Record]:
    records: list[Record] = []
    for entry in given_entries:
        records.append(append(records[-1].head if records else BEGIN, entry))
    return records


def lines(records: list[Record]) -> list[str]:
    return [one.line for one in records]


@settings(deadline=None)
@given(entries)
def test_what_was_appended_holds(given_entries: list[Entry]) -> None:
    records = chain(given_entries)
    assert records[0].before == START
    assert verify(lines(records), kept={one.head.counter: one.head.digest for one in records}) is None
    assert verify(lines(records[1:]), after=records[0].head) is None
    assert [record(one.line) for one in records] == records


@settings(deadline=None)
@given(entries, st.data())
def test_an_edit_shows_at_the_next_record(given_entries: list[Entry], data: st.DataObject) -> None:
    records = [*chain(given_entries), append(chain(given_entries)[-1].head, {})]
    at = data.draw(st.integers(0, len(records) - 2))
    records[at] = replace(records[at], entry={**records[at].entry, "edited": "yes"})
    assert verify(lines(records)) == Break(at + 2, Fault.LINK)


def test_a_gap_and_another_order_show() -> None:
    records = lines(chain([{"n": 1}, {"n": 2}, {"n": 3}]))
    assert verify([records[0], records[2]]) == Break(2, Fault.COUNTER)
    assert verify([records[1], records[0]]) == Break(1, Fault.COUNTER)
    assert verify([*records, records[-1]]) == Break(4, Fault.COUNTER)


@pytest.mark.parametrize(
    "line", ["", "null", "[]", "{}", '{"counter":1}', '{ "counter":1}', '{"before":"0","counter":true,"entry":{}}', "[" * 99_999, "NaN"]
)
def test_a_line_that_is_no_record_shows(line: str) -> None:
    assert verify([line]) == Break(1, Fault.TEXT)


def test_other_spaces_in_a_line_are_a_change() -> None:
    line = chain([{"n": 1}])[0].line
    assert verify([line.replace(":", ": ")]) == Break(1, Fault.TEXT)


def test_a_rewrite_shows_against_a_kept_head() -> None:
    kept, other = chain([{"n": 1}, {"n": 2}]), chain([{"n": 9}, {"n": 2}])
    assert verify(lines(other)) is None
    assert verify(lines(other), kept={2: kept[-1].head.digest}) == Break(2, Fault.HEAD)
    assert verify([], after=other[-1].head, kept={2: kept[-1].head.digest}) == Break(2, Fault.HEAD)
    assert verify(lines(chain([{"n": 1}, {"n": 2}, {"n": 3}])[2:]), after=other[-1].head) == Break(3, Fault.LINK)


def test_a_cut_tail_shows_against_a_kept_head() -> None:
    records = chain([{"n": 1}, {"n": 2}, {"n": 3}])
    kept = {3: records[-1].head.digest}
    assert verify(lines(records)[:2], kept=kept) == Break(3, Fault.CUT)
    assert verify([], kept=kept) == Break(3, Fault.CUT)


def test_the_head_says_chain_length_digest_and_time() -> None:
    last = chain([{"n": 1}, {"n": 2}])[-1].head
    assert last.claims("desk 7", "2026-10-20T14:05:00Z") == {
        "chain": "desk 7",
        "counter": 2,
        "digest": last.digest,
        "at": "2026-10-20T14:05:00Z",
    }
    assert Head(0, START) == BEGIN


@pytest.mark.parametrize("fault", Fault)
def test_every_break_has_its_sentence(fault: Fault) -> None:
    assert "7" in Break(7, fault).sentence
