from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from record.trouble import Kind, Trouble
from tests.guards.corpus import ROOT
from tests.viewer.load.made import Source, header, stack
from viewer.dicom.header import Frame, Window
from viewer.hanging.facts import SeriesFacts, facts_of
from viewer.hanging.match import Hanging, match
from viewer.hanging.protocol import load_protocols
from viewer.load.arrange import arrange
from viewer.load.series import FrameRef

if TYPE_CHECKING:
    from pathlib import Path

PROTOCOLS = load_protocols(ROOT / "resources" / "hanging")
CT = SeriesFacts("ct", "current", "1", "20261012", "CT", "chest", "chest lung", "axial", "", "", 312, is_volume=True, localizer=False)
SCOUT = replace(CT, key="scout", description="scout", count=2, is_volume=False, localizer=True)
PRIOR = replace(CT, key="prior", study="prior", study_uid="2", date="20260303", count=298)
OLDER = replace(PRIOR, key="older", study_uid="3", date="20240101", count=400)
CR = SeriesFacts("cr", "current", "4", "20261012", "DX", "chest", "chest pa", "", "pa", "", 1, is_volume=False, localizer=False)
CR_PRIOR = replace(CR, key="cr-prior", study="prior", study_uid="5", date="20260301", modality="CR")


def mr(key: str, description: str, plane: str = "axial") -> SeriesFacts:
    return SeriesFacts(key, "current", "6", "20261012", "MR", "brain", description, plane, "", "", 24, is_volume=True, localizer=False)


def hung(*facts: SeriesFacts) -> Hanging:
    return match(PROTOCOLS, facts)


def places(hanging: Hanging, step: int = 0) -> list[str]:
    return [place.series for place in hanging.steps[step].places]


def test_a_ct_with_a_prior_hangs_beside_it_linked() -> None:
    found = hung(SCOUT, OLDER, CT, PRIOR)
    assert places(found) == ["ct", "prior"]  # the newest prior, and no scout
    assert found.steps[0].stage.linked
    assert found.words(0) == "CT, current beside prior, step 1 of 3"


def test_a_ct_alone_hangs_alone() -> None:
    found = hung(SCOUT, CT)
    assert places(found) == ["ct"]


def test_a_radiograph_hangs_beside_its_prior_also_when_the_prior_is_cr() -> None:
    assert places(hung(CR_PRIOR, CR)) == ["cr", "cr-prior"]
    assert places(hung(CR)) == ["cr"]


def test_a_brain_mr_with_all_four_hangs_them_two_by_two() -> None:
    four = [mr("t2", "brain t2 tse"), mr("flair", "brain flair"), mr("dwi", "brain dwi b1000"), mr("adc", "brain adc")]
    found = hung(*four)
    assert sorted(places(found)) == ["adc", "dwi", "flair", "t2"]
    stage = found.steps[0].stage
    assert (stage.rows, stage.columns) == (2, 2)


def test_a_brain_mr_with_one_series_falls_through_to_what_can_be_filled() -> None:
    assert places(hung(mr("t1", "brain t1 mprage", "sagittal"))) == ["t1"]


def test_what_nobody_thought_of_is_shown_all_the_same() -> None:
    odd = replace(CT, key="odd", modality="OP", plane="")
    assert places(hung(odd)) == ["odd"]


def test_no_image_at_all_is_said_in_two_sentences() -> None:
    with pytest.raises(Trouble) as told:
        hung()
    assert told.value.kind is Kind.INPUT


def test_every_choice_has_its_reason() -> None:
    assert all(place.because for step in hung(CT, PRIOR).steps for place in step.places)


def test_only_stages_whose_roles_are_all_filled_are_steps() -> None:
    for facts in ([CT], [CT, PRIOR], [CR], [CR, CR_PRIOR], [mr("t1", "t1")], [CT, CR, mr("t2", "t2")]):
        for step in hung(*facts).steps:
            assert len(step.places) == len(step.stage.cells)
            assert {place.series for place in step.places} <= {one.key for one in facts}


def test_the_order_in_which_series_come_changes_nothing() -> None:
    assert places(hung(CT, PRIOR, OLDER, SCOUT)) == places(hung(SCOUT, OLDER, PRIOR, CT))


def test_every_protocol_fits_its_grid_and_names_its_roles() -> None:
    assert len({protocol.id for protocol in PROTOCOLS}) == len(PROTOCOLS) >= 5
    for protocol in PROTOCOLS:
        for stage in protocol.stages:
            assert 1 <= len(stage.cells) <= stage.rows * stage.columns
            assert {cell.role for cell in stage.cells} <= {role.name for role in protocol.roles}
    assert PROTOCOLS[-1].id == "any"


def test_facts_come_from_the_series() -> None:
    facts = facts_of(stack(Source(), 5, prior="Prior, 7 months"))
    assert (facts.study, facts.modality, facts.plane, facts.count, facts.is_volume) == ("prior", "CT", "axial", 5, True)


def test_a_broken_protocol_is_named(tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text(json.dumps({"id": "x"}))
    with pytest.raises(Trouble, match=r"mine\.json") as told:
        load_protocols(tmp_path)
    assert told.value.kind is Kind.INPUT


def mammograms(together: bool) -> list[SeriesFacts]:
    """Four views, in one series or in four."""
    views = (("L", "MLO"), ("R", "CC"), ("R", "MLO"), ("L", "CC"))
    frame = Frame(1.0, 0.0, (Window(2048.0, 4096.0),))
    made = [
        header(n, modality="MG", laterality=side, view_position=view, frames=(frame,), frame_of_reference_uid="", sop_instance_uid=f"1.{n}")
        for n, (side, view) in enumerate(views)
    ]
    groups = [made] if together else [[one] for one in made]
    return [
        facts_of(data)
        for n, group in enumerate(groups)
        for data in arrange(f"mg{n}", "", group, [(FrameRef(one.sop_instance_uid, 0, 1, "blosc2"),) for one in group])
    ]


@pytest.mark.parametrize("together", [True, False])
def test_mammograms_hang_right_beside_left_whether_they_came_in_one_series_or_in_four(together: bool) -> None:
    facts = mammograms(together)
    by_key = {one.key: (one.laterality, one.view) for one in facts}
    found = hung(*facts)
    assert [by_key[key] for key in places(found)] == [("R", "cc"), ("L", "cc"), ("R", "mlo"), ("L", "mlo")]
    assert [[by_key[key] for key in places(found, step)] for step in (1, 2)] == [
        [("R", "cc"), ("L", "cc")],
        [("R", "mlo"), ("L", "mlo")],
    ]


def test_three_views_are_shown_all_the_same() -> None:
    assert places(hung(*mammograms(together=False)[:3]))
