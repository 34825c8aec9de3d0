"""What is published says what the classes say, and what was once published keeps its shape."""

import io
import json
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from operate.commands.schemas import changed_shapes, command, outdated
from schemas.documents import FOLDER, documents, shape

ROOT = Path(__file__).parents[3]
TYPE = f"{FOLDER}/fi.polku.contact.logged.v1.json"


def publish(root: Path) -> dict[str, str]:
    """Everything published, written below a folder."""
    wanted = documents()
    for path, text in wanted.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return wanted


def test_the_published_schemas_and_the_page_are_what_the_classes_say() -> None:
    assert outdated(ROOT, documents()) == []
    assert CliRunner().invoke(command, ["--check"]).exit_code == 0


def test_a_missing_a_changed_and_an_orphaned_document_are_noticed(tmp_path: Path) -> None:
    wanted = publish(tmp_path)
    (tmp_path / TYPE).unlink()
    (tmp_path / "docs/facts.md").write_text("old")
    (tmp_path / FOLDER / "fi.polku.gone.away.v1.json").write_text("{}")

    assert outdated(tmp_path, wanted) == sorted([TYPE, "docs/facts.md", f"{FOLDER}/fi.polku.gone.away.v1.json"])


def test_a_published_schema_that_would_accept_other_data_is_refused(tmp_path: Path) -> None:
    wanted = publish(tmp_path)
    schema = json.loads(wanted[TYPE])
    schema["required"].remove("mode")

    assert changed_shapes(tmp_path, {**wanted, TYPE: json.dumps(schema)}) == [TYPE]


def test_words_that_only_explain_may_change(tmp_path: Path) -> None:
    wanted = publish(tmp_path)
    schema = json.loads(wanted[TYPE]) | {"description": "Said better."}

    assert changed_shapes(tmp_path, {**wanted, TYPE: json.dumps(schema)}) == []


def test_a_field_that_is_called_like_an_explanation_belongs_to_the_shape() -> None:
    assert shape({"title": "x", "properties": {"title": {"type": "string", "title": "Title"}}}) == {
        "properties": {"title": {"type": "string"}}
    }


@pytest.mark.skipif(not shutil.which("git") or not (ROOT / ".git").exists(), reason="no history beside the code")
def test_no_schema_in_the_history_s_last_state_has_changed_its_shape() -> None:
    committed = subprocess.run(["git", "archive", "HEAD", f"{FOLDER}/"], cwd=ROOT, capture_output=True, check=True)
    with tarfile.open(fileobj=io.BytesIO(committed.stdout)) as published:
        for member in (m for m in published if m.isfile()):
            assert (ROOT / member.name).is_file(), f"{member.name} was published and is gone"
            was = published.extractfile(member)
            assert was and shape(json.load(was)) == shape(json.loads((ROOT / member.name).read_text())), member.name
