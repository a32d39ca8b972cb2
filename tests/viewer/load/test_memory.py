from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from viewer.load.memory import FLOOR, Memory, physical_bytes


def test_the_budget_is_half_of_physical_memory() -> None:
    assert Memory().budget == max(FLOOR, physical_bytes() // 2)


def test_the_longest_unused_is_let_go_and_what_is_pinned_stays() -> None:
    memory, gone = Memory(100), []
    for key in ("a", "b", "c"):
        assert memory.hold(key, 30, lambda key=key: gone.append(key))  # type: ignore[misc]  # bound by its default
    memory.pin("a", 1)
    memory.touch("b")
    assert memory.hold("d", 30, lambda: None)
    assert gone == ["c"]
    assert memory.hold("e", 40, lambda: None)
    assert gone == ["c", "b"]


def test_what_cannot_fit_beside_the_pinned_is_refused() -> None:
    memory = Memory(100)
    assert memory.hold("a", 80, lambda: None)
    memory.pin("a", 1)
    assert not memory.hold("b", 40, lambda: None)
    memory.pin("a", -1)
    assert memory.hold("b", 40, lambda: None)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(1, 60), st.sampled_from(["hold", "pin", "unpin", "drop"])), max_size=40))
def test_the_account_never_exceeds_its_budget_and_never_drops_a_pin(acts: list[tuple[str, int, str]]) -> None:
    memory, pins = Memory(100), dict.fromkeys("abcdef", 0)
    gone: list[str] = []
    for key, size, act in acts:
        gone.clear()
        if act == "hold":
            memory.hold(key, size, lambda key=key: gone.append(key))  # type: ignore[misc]  # bound by its default
        elif act == "drop":
            memory.drop(key)
            pins[key] = 0
        else:
            memory.pin(key, 1 if act == "pin" else -1)
            pins[key] = max(0, pins[key] + (1 if act == "pin" else -1))
        assert memory.used <= 100
        assert not [key for key in gone if pins[key]]
