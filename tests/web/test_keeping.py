"""What goes and what stays, how much there is, and what was made: in one studio, from page to page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.web.browser import axe, overflow, shot
from tests.web.conftest import Visit
from tests.web.studio import Studio, becomes, opened


@pytest.fixture(scope="module")
def kept(built: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with opened(tmp_path_factory.mktemp("kept"), GESSO_TEAM_QUOTA_MB="1") as found:
        yield found


def test_what_is_kept_is_held_thrown_away_counted_and_bounded(kept: Studio, visit: Visit) -> None:
    first = kept.paint("a lake", 1)
    turned = kept.run({"image": first["id"], "turn": 90}, op="image.rotate")["outputs"][0]
    kept.paint("a hill", 2)

    page = visit(f"/library?asset={first['id']}", of=kept, width=1700, height=1000)
    details = page.get_by_role("complementary")
    details.get_by_role("button", name="Put under legal hold").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Hold it")).to_be_disabled()
    dialog.get_by_label("Reason").fill("The lake <b>case</b>")
    dialog.get_by_role("button", name="Hold it").click()
    expect(details).to_contain_text("it can be neither deleted nor erased")
    expect(details).to_contain_text("The lake <b>case</b>")
    details.get_by_role("button", name="Delete with all that was made from it").click()
    expect(dialog).to_contain_text("2 assets")
    expect(dialog).to_contain_text("One is under a legal hold")
    expect(dialog.get_by_role("button", name="Delete 2")).to_be_disabled()
    shot(page, "keeping-tree")
    dialog.get_by_role("button", name="Cancel").click()
    details.get_by_role("button", name="Lift the hold").click()
    dialog.get_by_label("Reason").fill("Settled")
    dialog.get_by_role("button", name="Lift it").click()
    expect(details).to_contain_text("lifted by owner")
    details.get_by_role("button", name="Delete with all that was made from it").click()
    dialog.get_by_role("button", name="Delete 2").click()
    page.get_by_role("button", name="Undo").click()
    becomes(lambda: kept.api("GET", "/api/trash")["count"], 0)
    kept.api("POST", f"/api/assets/{first['id']}/derived", {"count": 2})
    page.close()

    page = visit("/library?place=trash", of=kept)
    line = page.get_by_role("region", name="Empty the trash")
    expect(line).to_contain_text("2 assets")
    expect(line).to_contain_text("What is 30 days old is erased")
    axe(page)
    shot(page, "keeping-trash")
    line.get_by_role("button", name="Empty the trash").click()
    page.get_by_role("dialog").get_by_role("button", name="Erase them").click()
    expect(page.get_by_text("2 assets were erased")).to_be_visible()
    assert kept.ask("GET", f"/api/assets/{turned['id']}").status_code == 404

    page = visit("/settings?part=storage", of=kept, width=390, height=844, theme="light")
    expect(page.get_by_role("region", name="Storage")).to_contain_text("of 1 MB")
    page.get_by_label("Days in the trash").fill("7")
    page.get_by_role("button", name="Save").click()
    becomes(lambda: kept.api("GET", "/api/trash")["days"], 7)
    page.get_by_role("button", name="Read all files through").click()
    expect(page.get_by_text("All files are read")).to_be_visible()
    assert overflow(page) == []
    axe(page)
    shot(page, "keeping-storage-phone")

    page = visit("/analytics", of=kept)
    expect(page.get_by_role("img", name="3 assets made")).to_be_visible()
    page.get_by_text("As a table").first.click()
    expect(page.get_by_role("region", name="As a table").get_by_role("columnheader", name="Edit")).to_be_visible()
    page.get_by_role("radio", name="90 days").check(force=True)
    axe(page)
    shot(page, "keeping-analytics")
    with page.expect_download() as file:
        page.get_by_role("button", name="CSV").click()
        page.get_by_role("menuitem", name="Studios").click()
    assert file.value.suggested_filename.startswith("gesso-studio-")
    page = visit("/analytics", of=kept, width=390, height=844, theme="light")
    expect(page.get_by_role("img", name="3 assets made")).to_be_visible()
    assert overflow(page) == []
    axe(page)
    shot(page, "keeping-analytics-phone")
