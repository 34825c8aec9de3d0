"""Takes pictures of pages as somebody sees them, for the README and for whoever changes the pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
FORM = r'name="csrf" value="([^"]+)"><input type="hidden" name="org" value="([^"]+)">\s*<button[^>]* value="{}"'
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's own browser, closed at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(OPTIONS), timeout=120_000)
        try:
            yield browser
        finally:
            browser.close()


def context(browser: Browser, base: str, *, script: bool = False, width: int = 1000) -> BrowserContext:
    """A Finnish reader's browser; without JavaScript unless asked for."""
    return browser.new_context(
        base_url=base,
        java_script_enabled=script,
        locale="fi-FI",
        timezone_id="Europe/Helsinki",
        reduced_motion="reduce",
        color_scheme="light",
        viewport={"width": width, "height": 900},
    )


def sign_in(page: Page, ref: str) -> Page:
    """Sign in as one person of the demo's organisations: the button's form, sent without drawing its page."""
    form = re.search(FORM.format(re.escape(ref)), page.request.get("/sign-in").text())
    assert form is not None, ref
    answer = page.request.post("/sign-in", form={"csrf": form[1], "org": form[2], "ref": ref}, max_redirects=0)
    page.goto(answer.headers["location"])
    return page
