"""What draws the images stands on the status page in words, and IT may decide it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from app.from_vault.status import VaultStatus
from app.settings.model import Settings
from app.shell.foot_words import Board
from viewer.screen.which_back_end import Choice, Probe, after_failure, with_probe

if TYPE_CHECKING:
    from pathlib import Path


def _row(choice: Choice) -> tuple[str, str]:
    row = VaultStatus(cast("Any", None), Board, lambda: choice)._images()
    return row.words, row.details


def test_the_status_page_names_what_draws_and_why() -> None:
    words, details = _row(with_probe("automatic", Probe("Apple M2")))
    assert words.startswith("Drawn by the GPU, as the screen is large; grey values are exact.")
    assert details.startswith("Apple M2; decoded images may take ")
    words, details = _row(after_failure("the context is lost"))
    assert words.startswith("Drawn by the processor, as the GPU failed; grey values are exact, nothing is lost.")
    assert "the context is lost" in details


def test_it_may_decide_what_draws(tmp_path: Path) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text(json.dumps({"draw_by": "processor"}), "utf-8")
    settings = Settings(tmp_path / "own", policy)
    assert settings.values.draw_by == "processor"
    assert settings.source("draw_by") == "policy"
    assert Settings(tmp_path / "other").values.draw_by == "automatic"
