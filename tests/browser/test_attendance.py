"""The day at a small workshop without a system: its supervisor fills in a form, and the door hears of it."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.look import sign_in
from tests.browser.scene import COUNTY, GARDEN, KITCHEN, PARISH, Scene
from tests.instance import wait_for

TODAY = "2026-03-03"


def days(scene: Scene, day: str = TODAY) -> dict[str, dict[str, Any]]:
    """What was said of a day at the parish, by placement."""
    answer = scene.clients[PARISH].get("/v1/attendance-calendar", params={"date": day, "limit": "100"})
    assert answer.status_code == 200, answer.text
    return {row["placement_id"]: row for row in answer.json()["items"]}


def opened(scene: Scene, page: Page, day: str = TODAY) -> Page:
    """The form, once both clients stand in it."""
    sign_in(page, "cm-kielo")

    def both() -> bool:
        page.goto(f"/attendance?day={day}")
        return page.locator("fieldset").count() == 2

    wait_for(both, 60, "the clients of the parish are not there")
    return page


def arrived(scene: Scene, who: int, **stands: Any) -> dict[str, Any]:
    """What stands of a client on the 2nd of March, once it stands so: a page waits for it for some seconds only."""
    placement = scene.placements[who]

    def there() -> dict[str, Any] | None:
        row = days(scene, "2026-03-02").get(placement, {})
        return row if row and all(row.get(k) == v for k, v in stands.items()) else None

    row: dict[str, Any] = wait_for(there, 60, f"the day did not become {stands}")
    return row


def box(scene: Scene, page: Page, who: int) -> Locator:
    """The part of the form that is about one client."""
    return page.locator(f"[data-placement='{scene.placements[who]}']")


def test_who_was_there_is_said_with_one_button_and_who_was_not_beside_it(scene: Scene, page: Page) -> None:
    form = opened(scene, page)
    absent = box(scene, form, KITCHEN)
    absent.get_by_label("Poissa", exact=True).check()
    absent.get_by_label("Ilmoitti itse").check()
    form.get_by_role("button", name="merkitse muut").click()

    expect(form.get_by_role("status")).to_have_text("Tallennettu merkintöjä: 2")
    wait_for(lambda: len(days(scene)) == 2, 60, "the day did not arrive")
    found = days(scene)
    kitchen, garden = found[scene.placements[KITCHEN]], found[scene.placements[GARDEN]]
    assert (kitchen["status"], kitchen["notified_by_client"], kitchen["corrected"]) == ("absent", True, False)
    assert (garden["status"], garden["recorded_by"]) == ("present", PARISH)
    form.reload()  # it has waited for some seconds only
    expect(box(scene, form, KITCHEN)).to_contain_text("Merkitty: Poissa")


def test_a_form_sent_twice_at_once_says_it_once(scene: Scene, page: Page) -> None:
    form = opened(scene, page, "2026-03-02")
    sent = {**hidden(form), f"status-{scene.placements[GARDEN]}": "present"}
    cookies = {c["name"]: c["value"] for c in form.context.cookies()}
    address = form.url.partition("?")[0]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: httpx.post(address, data=sent, cookies=cookies, timeout=30), range(4)))

    assert [a.status_code for a in answers] == [303] * 4
    told = scene.clients[COUNTY].get(f"/v1/clients/{scene.refs[GARDEN]}/timeline", params={"limit": "100"}).json()
    sources = [item["source"] for item in told["items"] if item["type"] == "fi.polku.attendance.day_recorded.v1"]
    assert sources.count(f"urn:polku:{PARISH}:form") == 1 + (scene.placements[GARDEN] in days(scene))
    arrived(scene, GARDEN, status="present")  # what comes next changes it


def hidden(form: Page) -> dict[str, str]:
    """What the form holds beside what people choose."""
    nodes = form.locator("main form[method=post] input[type=hidden]").all()
    return {node.get_attribute("name") or "": node.get_attribute("value") or "" for node in nodes}


def test_what_a_colleague_said_meanwhile_is_shown_and_not_overwritten(scene: Scene, page: Page) -> None:
    form = opened(scene, page, "2026-03-02")
    older = hidden(form)
    status = f"status-{scene.placements[KITCHEN]}"
    form.request.post("/attendance", form={**older, status: "present"})
    arrived(scene, KITCHEN, status="present")
    answer = form.request.post("/attendance", form={**older, status: "absent"})

    assert answer.status == 409
    assert "Joku muu merkitsi saman päivän" in answer.text()
    assert days(scene, "2026-03-02")[scene.placements[KITCHEN]]["status"] == "present"


def test_a_wrong_word_is_changed_and_contact_can_be_asked_for(scene: Scene, page: Page) -> None:
    form = opened(scene, page, "2026-03-02")
    garden = box(scene, form, GARDEN)
    garden.get_by_label("Poissa", exact=True).check()
    garden.get_by_label("Jos poissa: syy").select_option("own_illness")
    garden.get_by_label("Pyydä yhteydenottoa").select_option("worry")
    form.get_by_role("button", name="Tallenna", exact=True).click()

    expect(form.get_by_role("status")).to_have_text("Tallennettu merkintöjä: 2")
    assert arrived(scene, GARDEN, status="absent")["corrected"]


def test_the_form_is_for_those_who_see_who_is_there(scene: Scene, page: Page) -> None:
    sign_in(page, "so-aalto")
    assert page.get_by_role("link", name="Läsnäolot").count() == 0
    answer = page.goto("/attendance")

    assert answer is not None and answer.status == 404


def test_another_workshop_sees_none_of_them_and_can_say_nothing_of_them(scene: Scene, page: Page) -> None:
    sign_in(page, "ws-honka")
    page.goto("/attendance")
    csrf = page.locator("main input[name=csrf]").first.get_attribute("value") or ""
    said = {"csrf": csrf, "day": TODAY, f"status-{scene.placements[KITCHEN]}": "present"}
    page.request.post("/attendance", form=said)

    assert not page.locator(f"[data-placement='{scene.placements[KITCHEN]}']").count()
    assert days(scene).get(scene.placements[KITCHEN], {}).get("status") != "present"


def test_a_forged_form_states_nothing(scene: Scene, page: Page) -> None:
    form, before = opened(scene, page), days(scene)
    status = f"status-{scene.placements[KITCHEN]}"
    answer = form.request.post("/attendance", form={"day": TODAY, status: "present", "csrf": "forged"})

    assert answer.status == 403
    assert days(scene) == before


def test_the_form_speaks_three_languages(scene: Scene, page: Page) -> None:
    form = opened(scene, page)
    for language, words in {
        "sv": ("Närvaro", "Spara"),
        "en": ("Attendance", "Save"),
        "fi": ("Läsnäolot", "Tallenna"),
    }.items():
        form.goto(f"/attendance?day={TODAY}&lang={language}")
        expect(form.get_by_role("heading", level=1)).to_contain_text(words[0])
        expect(form.get_by_role("button", name=re.compile(f"^{words[1]}$"))).to_be_visible()


@pytest.mark.parametrize("day", ["2026-02-16", "2026-03-04", "3.3.2026", ""])
def test_a_form_for_a_day_that_cannot_be_filled_in_says_nothing_of_today(scene: Scene, page: Page, day: str) -> None:
    form, before = opened(scene, page), days(scene)
    status = f"status-{scene.placements[KITCHEN]}"
    meant = "absent" if before.get(scene.placements[KITCHEN], {}).get("status") == "present" else "present"
    answer = form.request.post("/attendance", form={**hidden(form), "day": day, status: meant})

    assert answer.status == 422
    assert "Mitään ei tallennettu" in answer.text()
    assert days(scene) == before


def test_a_certificate_that_comes_later_takes_nothing_away_of_what_was_said(scene: Scene, page: Page) -> None:
    form = opened(scene, page, "2026-03-02")
    kitchen = box(scene, form, KITCHEN)

    def saved(count: int, certificate: str | None, notified: bool) -> None:
        with form.expect_navigation():
            form.get_by_role("button", name="Tallenna", exact=True).click()
        expect(form.get_by_role("status")).to_have_text(f"Tallennettu merkintöjä: {count}")
        asked = {"date": "2026-03-02", "client_ref": scene.refs[KITCHEN]}

        def told() -> bool:
            (row,) = scene.clients[COUNTY].get("/v1/attendance-calendar", params=asked).json()["items"]
            kept = row["status"], row["reason"], row["certificate"], row["notified_by_client"]
            return bool(kept == ("absent", "own_illness", certificate, notified))

        wait_for(told, 60, f"she is not ill with {certificate}, {notified}")
        form.reload()  # it has waited for some seconds only

    kitchen.get_by_label("Poissa", exact=True).check()
    kitchen.get_by_label("Jos poissa: syy").select_option("own_illness")
    kitchen.get_by_label("Ilmoitti itse").check()
    saved(1, None, True)
    kitchen.get_by_label("Todistus").select_option("received")
    saved(1, "received", True)
    kitchen.get_by_label("Ilmoitti itse").uncheck()
    saved(1, "received", False)
    saved(0, "received", False)


def test_the_next_page_holds_those_who_did_not_fit_and_stays_itself_when_saved(scene: Scene, page: Page) -> None:
    first, last = sorted((scene.placements[KITCHEN], scene.placements[GARDEN]))
    form = opened(scene, page, "2026-03-02")
    form.goto(f"/attendance?day=2026-03-02&after={first}")
    form.get_by_role("button", name="Tallenna", exact=True).click()

    expect(form.get_by_role("status")).to_have_text("Tallennettu merkintöjä: 0")
    assert [f.get_attribute("data-placement") for f in form.locator("fieldset").all()] == [last]
    form.get_by_role("link", name="Ensimmäiset asiakkaat").click()
    expect(form.locator("fieldset")).to_have_count(2)


def test_a_placement_that_has_ended_stays_on_the_days_on_which_it_ran(scene: Scene, page: Page) -> None:
    placement = scene.placements[GARDEN]
    scene.fact(PARISH, "placement.ended", GARDEN, placement_id=placement, ended_on=TODAY)
    scene.send()

    def ended() -> bool:
        asked = {"placement_id": placement}
        (row,) = scene.clients[PARISH].get("/v1/placements", params=asked).json()["items"]
        return bool(row["state"] == "ended")

    wait_for(ended, 30, "the end did not arrive")
    form = opened(scene, page)
    expect(box(scene, form, GARDEN)).to_be_visible()
