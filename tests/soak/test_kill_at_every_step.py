"""Hospital and desk, real processes over TLS, one of them killed with SIGKILL at each stored step: nothing lost, nothing twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.soak.kill import ON_THE_WAY, Tally, cycle, hospital_with_a_case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sync.protocol.steps import Step
    from tests.journeys.stage import Hospital


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hospital]:
    with hospital_with_a_case(tmp_path_factory.mktemp("kill")) as one:
        yield one


@pytest.mark.keeps("process", "the module's hospital, started again after its kill; it is stopped with the module")
@pytest.mark.parametrize(("number", "step"), list(enumerate(ON_THE_WAY)), ids=str)
def test_killed_at_this_step_the_opinion_arrives_once(hospital: Hospital, number: int, step: Step) -> None:
    tally = Tally()
    cycle(hospital, number, step, 1, tally)
    assert tally == Tally(cycles=1, killed=1)
