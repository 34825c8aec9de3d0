"""The operations page: late, held, refused, and what it means for people."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.look import sign_in
from tests.browser.scene import Scene, state_wrongly
from tests.instance import wait_for


def test_operations_see_each_stream_with_its_lag_in_seconds_and_nobody_on_hold(scene: Scene, page: Page) -> None:
    sign_in(page, "op-salmi")
    rows, calm = page.locator("#streams tbody tr"), "Kaikki virrat ajan tasalla. Kukaan ei odota."
    wait_for(lambda: page.reload() and page.get_by_role("status").inner_text() == calm, 30, "something waits")

    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("notifications")
    expect(rows.first.locator("td").nth(1)).to_have_text("0,0 s")
    expect(page.get_by_role("status")).to_have_text(calm)
    expect(page.locator("#holds tbody")).to_contain_text("Ei yhtään.")


def test_operations_see_when_each_partner_was_heard_last(scene: Scene, page: Page) -> None:
    sign_in(page, "op-salmi")
    row = page.locator("#partners tbody tr", has_text="Seinäjoen työpaja")
    wait_for(lambda: page.reload() and row.count(), 60, "nobody was heard")

    expect(row.locator(".tag")).to_have_text("kunnossa")


def test_a_refused_fact_shows_who_sent_which_field_wrongly(scene: Scene, page: Page) -> None:
    state_wrongly(scene)
    sign_in(page, "op-salmi")
    row = page.locator("#refused tbody tr", has_text="/data/date")
    wait_for(lambda: page.reload() and row.count(), 60, "the refused fact is not shown")

    expect(row).to_contain_text("Seinäjoen työpaja")
    expect(row).to_contain_text("fi.polku.attendance.day_recorded.v1")


def test_a_person_on_hold_is_named_by_reference_alone_with_what_it_means(scene: Scene, page: Page, hold: str) -> None:
    sign_in(page, "op-salmi")

    expect(page.get_by_role("status")).to_contain_text("1 asiakas odottaa (Seinäjoen työpaja)")
    expect(page.get_by_role("status")).to_contain_text("Hälytyksiä voi puuttua")
    expect(page.locator("#holds tbody tr")).to_contain_text(hold[:8])
    assert hold not in page.content()


def test_actions_rest_while_the_client_is_on_hold(scene: Scene, aino: Page, hold: str) -> None:
    (alert, *_) = [a["alert_id"] for a in scene.alerts(status="open") if a["client_ref"] == hold]
    aino.goto(f"/alerts/{alert}")

    expect(aino.locator(".notice")).to_contain_text("Asiakkaan tietoja selvitetään")
    expect(aino.locator("main form")).to_have_count(0)


def test_operations_see_no_clients_matters_and_others_no_operations(page: Page, aino: Page) -> None:
    told = aino.goto("/ops")
    assert told is not None and told.status == 404

    sign_in(page, "op-salmi")
    page.goto("/")
    assert page.url.endswith("/ops")
