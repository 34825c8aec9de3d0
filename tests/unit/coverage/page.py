"""Writes the page: `python -m tests.unit.coverage.page`."""

from tests.unit.coverage.entries import PAGE, page

if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
