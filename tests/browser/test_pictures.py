"""The pictures that the documents show: made anew with POLKU_PICTURES=docs, looked at for size otherwise."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.look import context, sign_in
from tests.browser.scene import Scene, state_wrongly
from tests.instance import ROOT

PICTURES = {"worklist": "so-aalto", "operations": "op-salmi"}
LARGEST = 200_000
WIDTH = 1080


@pytest.fixture
def wide(browser: Browser, base: str) -> Page:
    return context(browser, base, width=WIDTH).new_page()


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_shows_a_real_page_and_is_small(
    scene: Scene, wide: Page, hold: str, name: str, tmp_path: Path
) -> None:
    state_wrongly(scene)
    asked = os.environ.get("POLKU_PICTURES")
    target = (ROOT / asked if asked else tmp_path) / f"{name}.png"
    sign_in(wide, PICTURES[name]).screenshot(path=target, clip={"x": 0, "y": 0, "width": WIDTH, "height": 960})
    wide.context.close()

    assert 10_000 < target.stat().st_size < LARGEST
    assert (ROOT / "docs" / f"{name}.png").stat().st_size < LARGEST
