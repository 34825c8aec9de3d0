"""What holds for every page: languages, small screens, no foreign origin, headers, forged forms, no references."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.look import context, sign_in
from tests.browser.scene import ABSENCE, COUNTY, DUPLICATE, Scene

LANGUAGES = {"fi": ("suomi", "Työlista"), "sv": ("svenska", "Arbetslista"), "en": ("English", "Worklist")}
PAGES = ("/sign-in", "/", "alert", "/duplicates", "duplicate", "/forecast", "/ops", "/attendance")
WHO = {"/ops": "op-salmi", "/attendance": "ws-honka"}
SMALL = """() => [...document.querySelectorAll('a, button, select, input:not([type=hidden]), summary')]
    .filter(n => !n.classList.contains('skip') && n.getClientRects().length)
    .map(n => [n.outerHTML.slice(0, 80), n.getBoundingClientRect()])
    .filter(([, box]) => box.width < 24 || box.height < 24).map(([html]) => html)"""
WIDE = "() => document.documentElement.scrollWidth"


def visit(page: Page, scene: Scene, path: str) -> Any:
    """Open a page as somebody who may see it."""
    if path != "/sign-in":
        sign_in(page, WHO.get(path, "so-aalto"))
    return page.goto(where(scene, path))


def where(scene: Scene, path: str) -> str:
    """The address of a page, by its name when it is about one matter."""
    if path == "alert":
        return f"/alerts/{scene.alert(ABSENCE, family='absence')}"
    if path == "duplicate":
        rows = scene.clients[COUNTY].get("/v1/duplicates", params={"rule": "D01"}).json()["items"]
        return f"/duplicates/{rows[0]['duplicate_id']}"
    return path


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_small_screen_and_its_targets_a_thumb(
    scene: Scene, browser: Browser, base: str, path: str
) -> None:
    opened = context(browser, base, width=320)
    page = opened.new_page()
    visit(page, scene, path)
    found = {}
    for language in LANGUAGES:
        page.goto(f"{page.url.partition('?')[0]}?lang={language}")
        found[language] = (page.evaluate(WIDE), page.evaluate(SMALL))
    opened.close()

    assert found == dict.fromkeys(LANGUAGES, (320, []))


def test_a_page_speaks_one_language_and_remembers_it(aino: Page) -> None:
    for language, (name, heading) in LANGUAGES.items():
        aino.goto("/?whose=mine")
        aino.get_by_role("link", name=name, exact=True).click()
        assert "whose=mine" in aino.url
        expect(aino.locator("html")).to_have_attribute("lang", language)
        aino.goto("/")

        expect(aino.get_by_role("heading", level=1)).to_contain_text(heading)
        others = [h for code, (_, h) in LANGUAGES.items() if code != language]
        assert not [h for h in others if h in aino.locator("main").inner_text()]


def test_an_unknown_language_is_no_fault(page: Page) -> None:
    sign_in(page, "op-salmi")
    answers = [page.goto(f"/ops?lang={language}") for language in ("xx", "fi'", "")]

    assert [answer.status for answer in answers if answer] == [200, 200, 200]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_nothing_of_another_origin_and_runs_no_script(
    scene: Scene, browser: Browser, base: str, path: str
) -> None:
    opened = context(browser, base, script=True)
    page, asked, faults = opened.new_page(), [], []
    page.on("request", lambda request: asked.append(urlsplit(request.url).netloc))
    page.on("console", lambda message: faults.append(message.text))
    answer = visit(page, scene, path)
    policy = answer.headers["content-security-policy"]
    scripts = page.locator("script, [onclick], [style]").count()
    opened.close()

    assert set(asked) == {urlsplit(base).netloc}
    assert faults == [] and scripts == 0
    assert "default-src 'none'" in policy and "unsafe" not in policy and "script-src" not in policy
    assert "form-action 'self'" in policy and "frame-ancestors 'none'" in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("path", PAGES)
def test_no_title_or_address_tells_of_a_client(scene: Scene, page: Page, path: str) -> None:
    visit(page, scene, path)
    links = [node.get_attribute("href") or "" for node in page.locator("a[href], link[href]").all()]

    for ref in scene.refs:
        assert ref[:8] not in page.title()
        assert not [link for link in [page.url, *links] if ref[:8] in link]


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(aino: Page) -> None:
    (cookie,) = aino.context.cookies()

    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict"


@pytest.mark.parametrize("csrf", ["", "forged", "väärä", None])
def test_a_forged_form_changes_nothing(scene: Scene, aino: Page, csrf: str | None) -> None:
    alert = scene.alert(DUPLICATE, family="duplicate")
    form: dict[str, str | float | bool] = {"version": "0", **({"csrf": csrf} if csrf is not None else {})}
    answer = aino.request.post(f"/alerts/{alert}/claim", form=form)
    aino.goto(f"/alerts/{alert}")

    assert answer.status == 403
    assert "Lomake ei kelpaa" in answer.text()
    expect(aino.get_by_role("button", name="Otan hoitaakseni")).to_be_visible()


@pytest.mark.parametrize("csrf", ["", "-", "väärä"])
def test_nobody_is_signed_in_by_a_form_sent_before_any_page_was_seen(page: Page, csrf: str) -> None:
    answer = page.request.post("/sign-in", form={"csrf": csrf, "org": COUNTY, "ref": "so-aalto"}, max_redirects=0)

    assert answer.status == 403


@pytest.mark.parametrize("fields", [{"version": "x"}, {"version": "0", "reason": "sorted", "shown": "{"}, {}])
def test_a_form_with_wrong_fields_is_refused_and_names_them(scene: Scene, aino: Page, fields: dict[str, str]) -> None:
    alert = scene.alert(DUPLICATE, family="duplicate")
    aino.goto(f"/alerts/{alert}")
    csrf = aino.locator("main input[name=csrf]").first.get_attribute("value") or ""
    answer = aino.request.post(f"/alerts/{alert}/close", form={**fields, "csrf": csrf})

    assert answer.status == 422
    assert "Tarkista kenttä" in answer.text()


def test_a_matter_of_anothers_client_looks_as_if_it_were_not_there(scene: Scene, page: Page) -> None:
    page.goto("/sign-in")
    page.locator("form", has=page.locator("input[value='9000023-0']")).first.get_by_role("button").click()
    expect(page).not_to_have_url(re.compile("/sign-in"))
    absent = page.goto("/alerts/00000000-0000-4000-8000-000000000000")
    nothing = page.locator("main").inner_text()
    hers = page.goto(f"/alerts/{scene.alert(ABSENCE, family='absence')}")

    assert absent is not None and hers is not None
    assert (absent.status, hers.status) == (404, 404)
    assert page.locator("main").inner_text() == nothing


def test_somebody_signs_in_by_the_button_with_her_name(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_role("button", name="Aino Aalto").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Työlista – ti 3.3.2026")


def test_nobody_sees_a_page_without_signing_in(scene: Scene, page: Page) -> None:
    for path in ("/", "/ops", f"/alerts/{scene.alert(ABSENCE, family='absence')}"):
        page.goto(path)
        assert re.search("/sign-in$", page.url)


def test_after_signing_out_the_pages_are_closed(aino: Page) -> None:
    aino.get_by_role("button", name="Kirjaudu ulos").click()
    expect(aino).to_have_url(re.compile("/sign-in$"))
    aino.goto("/")

    assert aino.url.endswith("/sign-in")


def test_an_actions_address_opened_by_hand_leads_to_the_alert(scene: Scene, aino: Page) -> None:
    alert = scene.alert(ABSENCE, family="absence")
    aino.goto(f"/alerts/{alert}/claim")

    assert aino.url.endswith(f"/alerts/{alert}")
