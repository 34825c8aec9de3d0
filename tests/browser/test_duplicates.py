"""Deciding on work that seems to be done twice, and seeing what falls due, in a real browser without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.look import sign_in
from tests.browser.scene import COUNTY, DECIDED, PERIOD, REVIEW, Scene
from tests.instance import wait_for


def suspected(scene: Scene) -> str:
    """The id of the scene's one suspicion of D01."""
    answer = scene.clients[COUNTY].get("/v1/duplicates", params={"rule": "D01", "client_ref": scene.refs[DECIDED]})
    (row,) = answer.json()["items"]
    return str(row["duplicate_id"])


def until(scene: Scene, id_: str, state: str) -> None:
    def there() -> bool:
        return bool(scene.clients[COUNTY].get(f"/v1/duplicates/{id_}").json()["state"] == state)

    wait_for(there, 60, f"the suspicion did not become {state}")


def test_a_suspicion_is_told_with_both_sides_and_a_proposed_lead(scene: Scene, aino: Page) -> None:
    aino.goto("/duplicates")
    card = aino.locator(f"[data-duplicate='{suspected(scene)}'][data-state='suspected']")
    expect(card).to_contain_text("Kaksi lähetettä samaan palveluun")
    card.get_by_role("link").click()

    expect(aino.locator(".told li")).to_have_count(2)
    expect(aino.locator("main")).to_contain_text("Ehdotus vetäjäksi")


def test_the_alert_leads_to_the_decision(scene: Scene, aino: Page) -> None:
    aino.goto(f"/alerts/{scene.alert(DECIDED, family='duplicate')}")
    aino.get_by_role("link", name="Päätä päällekkäisestä työstä (D01)").click()

    expect(aino).to_have_url(re.compile(f"/duplicates/{suspected(scene)}$"))


def test_resolving_comes_after_confirming_and_both_are_a_persons(scene: Scene, aino: Page) -> None:
    id_ = suspected(scene)
    aino.goto(f"/duplicates/{id_}")
    csrf = aino.locator("main input[name=csrf]").first.get_attribute("value") or ""
    form: dict[str, str | float | bool] = {"csrf": csrf, "action": "merged"}
    early = aino.request.post(f"/duplicates/{id_}/resolve", form=form)
    aino.get_by_role("button", name="Vahvista").click()
    until(scene, id_, "confirmed")
    wrong = aino.request.post(f"/duplicates/{id_}/resolve", form={"csrf": csrf, "action": "burnt"})
    aino.goto(f"/duplicates/{id_}")
    aino.get_by_label("Mitä tehtiin").select_option("merged")
    aino.get_by_label("Mikä jatkuu").select_option(index=1)
    aino.get_by_role("button", name="Merkitse ratkaistuksi").click()
    until(scene, id_, "resolved")
    aino.goto(f"/duplicates/{id_}")  # anew, also while the browser is on its way after the form

    assert (early.status, wrong.status) == (409, 422)
    assert "vahvista ensin" in early.text() and "Mitä tehtiin" in wrong.text()
    expect(aino.locator(".told")).to_contain_text("jatkaa")
    expect(aino.locator("main form")).to_have_count(0)
    expect(aino.locator("main")).to_contain_text("Yhdistetty")


@pytest.mark.parametrize("ref", ["cm-leppa", "op-salmi"])
def test_a_suspicion_of_others_looks_as_if_it_were_not_there(scene: Scene, page: Page, ref: str) -> None:
    id_ = suspected(scene)
    sign_in(page, ref)
    answers = [page.request.get(f"/duplicates/{id_}") for id_ in (id_, "6f2b1c74-5a0e-4d1b-8f3a-0c9d7e5b4a21")]

    assert [a.status for a in answers] == [404, 404]
    assert answers[0].text() == answers[1].text()


@pytest.mark.parametrize("csrf", ["", "forged"])
def test_a_forged_form_decides_nothing(scene: Scene, aino: Page, csrf: str) -> None:
    answer = aino.request.post(f"/duplicates/{suspected(scene)}/dismiss", form={"csrf": csrf, "reason": "other"})

    assert answer.status == 403


def test_what_falls_due_stands_under_its_week_for_ones_own_clients(scene: Scene, aino: Page, niko: Page) -> None:
    aino.goto("/forecast?weeks=8")
    expect(aino.locator("main")).to_contain_text(scene.refs[REVIEW][:8])
    expect(aino.locator("tr[data-due='R-REV-1-OVERDUE']").first).to_contain_text("Suunnitelman tarkistus")
    expect(aino.locator("tr[data-due='R-END-1']").first).to_contain_text(scene.refs[PERIOD][:8])
    niko.goto("/forecast?weeks=8")

    expect(niko.locator("main")).to_contain_text("Mitään ei ole tulossa")
    niko.get_by_label("Kenen").select_option("team")
    niko.get_by_label("Kunta").select_option("743")
    niko.get_by_role("button", name="Näytä").click()
    expect(niko.locator("tr[data-due='R-REV-1-OVERDUE']").first).to_be_visible()
    niko.get_by_label("Kunta").select_option("005")
    niko.get_by_role("button", name="Näytä").click()
    expect(niko.locator("main")).to_contain_text("Mitään ei ole tulossa")
