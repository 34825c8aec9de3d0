"""Prints what a history comes to now, and puts the Finnish words of each type of fact into its lines.

`python -m tests.streams.write NAME`: to be read and judged by the law before anything of it goes into the
`.expected` file.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.streams.story_file import STREAMS, newest, read
from tests.streams.timeline import told


def worded(path: Path) -> str:
    """The file with the words of each type in its third column, and its columns in line."""
    out = []
    for text in path.read_text(encoding="utf-8").splitlines():
        if text.count("|") < 2 or text.startswith("#"):
            out.append(text)
            continue
        parts = [part.strip() for part in text.split("|")]
        day, who, said = parts[0], parts[1], parts[-1]
        label = newest()[said.split(" ", 1)[0]].meta.label["fi"]
        out.append(f"{day} | {who:<15} | {label:<33} | {said}")
    return "\n".join(out) + "\n"


if __name__ == "__main__":
    for name in sys.argv[1:]:
        story = STREAMS / f"{name}.story"
        story.write_text(worded(story), encoding="utf-8")
        print("\n".join(told(read(story))))
