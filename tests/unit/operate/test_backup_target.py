"""A backup is not written over another without a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from operate.backup import free
from operate.backup_archive import MANIFEST
from operate.errors import OperateError


def test_a_backup_that_is_there_is_written_over_only_when_that_is_wanted(tmp_path: Path) -> None:
    """`polku backup FILE` replaced Monday's backup by Tuesday's without a word."""
    file, folder = tmp_path / "monday.backup", tmp_path / "apart"
    folder.mkdir()
    for target in (file, folder):
        free(target, force=False)

    file.write_text("")
    (folder / MANIFEST).write_text("{}")
    for target in (file, folder):
        with pytest.raises(OperateError, match="is there already"):
            free(target, force=False)
        free(target, force=True)
