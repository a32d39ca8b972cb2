"""The page on case folders shows every key that an import knows, and nothing that it does not."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from hospital import settings_page
from hospital.intake.folder import read

ROOT = Path(__file__).resolve().parents[2]


def test_the_example_of_the_page_is_a_case_folder(tmp_path: Path) -> None:
    found = re.search(r"```toml\n(.*?)```", (ROOT / "docs" / "case-folder.md").read_text("utf-8"), re.DOTALL)
    assert found is not None
    (tmp_path / "case.toml").write_text(found[1], "utf-8")
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "referral-letter.pdf").write_bytes(b"%PDF-1.7")
    folder = read(tmp_path, datetime(2026, 11, 24, tzinfo=UTC))
    assert folder.due_at == datetime(2026, 11, 29, tzinfo=UTC)
    assert folder.patient.identities[0].issuer == "Ekeby Hospital"
    assert [one.what for one in folder.absent] == ["PET-CT"]


def test_the_page_of_the_configuration_is_current() -> None:
    assert (ROOT / "docs" / "server-configuration.md").read_text("utf-8").rstrip() == settings_page.page().rstrip()
