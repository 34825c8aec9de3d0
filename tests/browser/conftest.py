"""One instance with a small region on it, and the machine's own Chromium, for all tests of this folder."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.holding import on_hold
from tests.browser.look import CHROMIUM, chromium, context, sign_in
from tests.browser.scene import DUPLICATE, WORKSHOP, Scene
from tests.instance import Instance

expect.set_options(timeout=30_000)


@pytest.fixture(scope="package")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A morning on which every kind of matter waits, on PostgreSQL alone."""
    instance = Instance(tmp_path_factory.mktemp("pages"), clock="2026-03-02")
    try:
        yield Scene(instance.up()).play()
    finally:
        instance.down()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; where there is none the tests are skipped by name, but never where all must be proved."""
    if not CHROMIUM.exists() and not os.environ.get("CI"):
        pytest.skip(f"there is no {CHROMIUM} on this machine")
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="package")
def base(scene: Scene) -> str:
    """The address of the pages."""
    return str(scene.instance.status()["console"]).rstrip("/")


@pytest.fixture
def page(browser: Browser, base: str) -> Iterator[Page]:
    """A page of nobody yet, without JavaScript."""
    opened = context(browser, base)
    yield opened.new_page()
    opened.close()


@pytest.fixture
def aino(page: Page) -> Page:
    """The social instructor who is own worker of every client, signed in."""
    return sign_in(page, "so-aalto")


@pytest.fixture
def niko(browser: Browser, base: str) -> Iterator[Page]:
    """Her colleague at his own screen."""
    opened = context(browser, base)
    yield sign_in(opened.new_page(), "so-niemi")
    opened.close()


@pytest.fixture
def hold(scene: Scene) -> Iterator[str]:
    """The reference of a client of whom something waits to be mended."""
    with on_hold(scene.instance, scene.refs[DUPLICATE], f"urn:polku:{WORKSHOP}:attendance") as subject:
        yield subject
