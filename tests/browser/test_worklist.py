"""A social instructor's day on the pages, in a real browser without JavaScript.

The tests of this file share one instance, and what one closes stays closed, so each has clients of its own.
"""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.look import sign_in
from tests.browser.scene import ABSENCE, CONCERN, CORRECTED, DUPLICATE, PERIOD, REVIEW, SILENT, SPARE, Scene
from tests.instance import wait_for

SENTENCES = [
    (ABSENCE, "absence", "Poissa 3/14 sovitusta päivästä, 3 ilman hyväksyttyä syytä (28.1.–24.2.2026)"),
    (ABSENCE, "absence", "Ilmoittamatta poissa 2 sovittua päivää peräkkäin (23.–24.2.2026)"),
    (CONCERN, "absence", "Seinäjoen työpaja: huoli, joka ei näy luvuista – ota yhteyttä"),
    (REVIEW, "review", "Aktivointisuunnitelma on tarkistettava viimeistään 15.3.2026"),
    (PERIOD, "period_end", "Jakso päättyy 27.3.2026: loppuarviointia ei ole varattu"),
    (DUPLICATE, "duplicate", "Kaksi lähetettä samaan palveluun: "),
]


def test_each_matter_says_in_words_why_it_is_there(scene: Scene, aino: Page) -> None:
    for who, family, sentence in SENTENCES:
        shown = aino.locator(f"[data-alert='{scene.alert(who, family=family)}'] .why")

        def told(there: Locator = shown, words: str = sentence) -> bool:
            """A page is of one moment, and of two reasons the second may come a moment later."""
            return words in there.inner_text() or (aino.reload(), False)[1]

        wait_for(told, 60, f"it does not say {sentence!r}")


def test_missing_data_is_the_providers_matter_and_never_looks_like_an_absence(scene: Scene, page: Page) -> None:
    sign_in(page, "cm-leppa")
    silence = page.locator(f"[data-alert='{scene.alert(SILENT, family='silence')}']")

    expect(silence).to_contain_text("Läsnäolotietoa ei ole saatu 14 päivään")
    expect(silence).to_have_class(re.compile("silence"))


def test_what_a_correction_explained_is_struck_through_and_offers_nothing(scene: Scene, aino: Page) -> None:
    alert = scene.alert(CORRECTED, status="withdrawn")
    line = aino.locator(f"[data-alert='{alert}'] h3 span").first
    style = line.evaluate("node => getComputedStyle(node).textDecorationLine")
    aino.goto(f"/alerts/{alert}")

    assert style == "line-through"
    expect(aino.locator("h1 .struck")).to_have_text("Poissaolot")
    expect(aino.locator("main form")).to_have_count(0)


def test_somebody_takes_a_matter_and_the_colleague_sees_by_whom(scene: Scene, aino: Page, niko: Page) -> None:
    alert = scene.alert(ABSENCE, family="absence")
    aino.locator(f"[data-alert='{alert}']").get_by_role("button", name="Otan hoitaakseni").click()
    scene.until(alert, status="claimed")
    niko.goto("/")

    shown = niko.locator(f"[data-alert='{alert}'][data-status='claimed']")
    expect(shown).to_contain_text("Ottanut hoitaakseen: Aino Aalto")
    expect(shown.get_by_role("button")).to_have_count(0)


def test_an_older_screen_is_told_what_happened_and_overwrites_nothing(scene: Scene, aino: Page, niko: Page) -> None:
    alert = scene.alert(SPARE, family="absence")
    aino.goto(f"/alerts/{alert}")
    niko.goto(f"/alerts/{alert}")
    aino.get_by_role("button", name="Otan hoitaakseni").click()
    scene.until(alert, status="claimed")
    niko.get_by_label("Syy").select_option("data_error")
    with niko.expect_response(re.compile("/close$")) as answer:
        niko.get_by_role("button", name="Sulje").click()

    notice = niko.get_by_role("alert")
    assert answer.value.status == 412
    expect(notice).to_contain_text("Joku muu ehti")
    expect(notice).to_contain_text("Sulje (Virhe tiedoissa)")
    expect(notice).to_contain_text("otettiin hoidettavaksi, Aino Aalto")
    expect(niko.get_by_role("button", name="Sulje")).to_be_visible()


def test_closing_needs_a_reason_and_stands_then_among_what_was_done(scene: Scene, aino: Page) -> None:
    alert = scene.alert(CONCERN, family="absence")
    aino.goto(f"/alerts/{alert}")
    aino.get_by_role("button", name="Sulje").click()
    expect(aino.get_by_role("button", name="Sulje")).to_be_visible()
    aino.get_by_label("Syy").select_option("known_agreed")
    aino.get_by_role("button", name="Sulje").click()
    scene.until(alert, status="closed")
    aino.goto(f"/alerts/{alert}")  # anew, also while the browser is on its way after the form

    expect(aino.locator(".told").first).to_contain_text("Suljettiin – Tiedossa ja sovittu")
    expect(aino.get_by_role("button", name="Avaa uudelleen")).to_be_visible()


def test_a_matter_waits_until_a_day_that_everybody_sees(scene: Scene, aino: Page, niko: Page) -> None:
    alert = scene.alert(REVIEW, family="review")
    aino.goto(f"/alerts/{alert}")
    aino.get_by_label("Odottaa päivään").fill("2026-03-10")
    aino.get_by_role("button", name="Muistuta minua").click()
    scene.until(alert, status="waiting")
    niko.goto("/")

    expect(niko.locator(f"[data-alert='{alert}'][data-status='waiting']")).to_contain_text(
        "odottaa päivään ti 10.3.2026"
    )


def test_a_matter_is_handed_to_a_colleague(scene: Scene, aino: Page, niko: Page) -> None:
    alert = scene.alert(PERIOD, family="period_end")
    aino.goto(f"/alerts/{alert}")
    aino.get_by_label("Kollegalle").select_option("so-niemi")
    aino.get_by_role("button", name="Siirrä").click()
    scene.until(alert, responsible_person="so-niemi")
    niko.goto("/?whose=mine")

    expect(niko.locator(f"[data-alert='{alert}']")).to_contain_text("Vastuussa: Niko Niemi")


def test_the_list_is_narrowed_to_ones_own_and_to_a_kind(scene: Scene, aino: Page) -> None:
    aino.get_by_label("Kenen").select_option("mine")
    aino.get_by_label("Mitä").select_option("absence")
    aino.get_by_role("button", name="Näytä").click()

    expect(aino).to_have_url(re.compile("whose=mine.*kind=absence|kind=absence.*whose=mine"))
    expect(aino.locator(f"[data-alert='{scene.alert(DUPLICATE, family='duplicate')}']")).to_have_count(0)
    expect(aino.locator(f"[data-alert='{scene.alert(CORRECTED, status='withdrawn')}']")).to_have_count(1)
