"""What the strip and the panel list of a case."""

from __future__ import annotations

import pytest

from app.reading.contents import document_of_study, documents, studies
from sync.protocol.messages import Manifest
from tests.doubles.demo_case import DemoCase


@pytest.fixture(scope="module")
def pair() -> DemoCase:
    return DemoCase("chest-radiographs")


def test_the_current_study_comes_first_and_priors_say_how_long_ago(pair: DemoCase) -> None:
    listed = studies(pair.manifest())
    assert [study.role for study in listed] == ["current", "prior"]
    assert (listed[0].heading, listed[1].heading) == ("2 Nov 2026", "Prior, 10 Mar")
    assert listed[1].prior.startswith("Prior, ")
    assert "month" in listed[1].prior


def test_each_series_says_what_it_is_for_a_screen_reader(pair: DemoCase) -> None:
    item = studies(pair.manifest())[1].series[0]
    assert item.count == "1 image"
    assert "1 image" in item.says
    assert "prior, 10 Mar 2026" in item.says


def test_the_letter_is_listed_first_and_a_report_finds_its_study(pair: DemoCase) -> None:
    items = documents(pair.manifest())
    assert items[0].title == "Referral letter"
    report = document_of_study(items, pair.studies[1].study_instance_uid) or document_of_study(items, pair.studies[0].study_instance_uid)
    assert report is not None
    assert report.line == "Report to the chest radiograph of 10 March 2026, 10 Mar"


def test_a_series_with_an_image_that_cannot_be_shown_says_so(pair: DemoCase) -> None:
    manifest = pair.manifest().model_dump()
    broken = manifest["studies"][0]["series"][0]["instances"][0]
    broken["frames"], broken["trouble"] = None, {"what_happened": "This image is damaged.", "what_to_do": "Ask again.", "kind": "image"}
    uid = manifest["studies"][0]["study_instance_uid"]
    item = next(study for study in studies(Manifest.model_validate(manifest)) if study.uid == uid)
    assert item.series[0].trouble == "cannot be shown"
    assert "cannot be shown" in item.series[0].says
