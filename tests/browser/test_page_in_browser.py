"""The page of results opened and used: by mouse, by keyboard, on a phone, and as a screen reader is told of it."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from experiments.pages.render import slug
from experiments.reports.catalogue import CLAIMS


def shown(page) -> list[str]:
    """Ids of the claims that can be seen, in order."""
    return page.execute_script(
        "return [...document.querySelectorAll('#claims tbody tr')].filter((row) => row.offsetParent).map((row) => row.id)"
    )


def expected(rows) -> list[str]:
    return [f"claim-{slug(claim)}" for claim in rows["claim"]]


def status(page) -> str:
    return page.find_element(By.ID, "shown").text


def choose(page, name: str, text: str) -> None:
    Select(page.find_element(By.ID, name)).select_by_visible_text(text)


def heading(page, name: str):
    return page.find_element(By.XPATH, f"//table[@id='claims']/thead//button[.='{name}']")


def focused(page):
    return page.switch_to.active_element


def press(page, *keys: str) -> None:
    for key in keys:
        focused(page).send_keys(key)


def wait_for(page, condition) -> None:
    WebDriverWait(page, 5).until(lambda _: condition())


def test_it_asks_the_network_for_nothing(page):
    assert (
        page.execute_script("return performance.getEntriesByType('resource').filter((e) => !e.name.startsWith('data:'))") == []
    )


def test_every_picture_can_be_seen(page):
    sizes = page.execute_async_script(
        "const done = arguments[0]; const images = [...document.images];"
        "images.forEach((image) => { image.loading = 'eager'; });"
        "Promise.all(images.map((image) => image.decode())).then(() => done(images.map((i) => [i.naturalWidth, i.width])))"
    )
    assert len(sizes) > 60 and all(natural == 864 and 0 < width <= 1200 for natural, width in sizes)


def test_all_claims_are_there_at_first(page, material):
    assert shown(page) == expected(material.ledger)
    assert status(page) == f"{len(CLAIMS)} claims"
    assert page.find_element(By.ID, "filters").is_displayed()


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [("report", "report", "bhatt"), ("kind", "kind", "time ratio"), ("verdict", "verdict", "not reproduced")],
)
def test_a_choice_leaves_the_claims_that_have_it(page, material, name, column, value):
    choose(page, name, value)
    rows = material.ledger[material.ledger[column] == value]
    assert shown(page) == expected(rows) and len(rows)
    assert status(page) == f"{len(rows)} of {len(CLAIMS)} claims"


def test_choices_and_words_narrow_together_and_are_taken_back(page, material):
    choose(page, "report", "bordignon")
    choose(page, "reading", "fitted")
    page.find_element(By.ID, "words").send_keys("ADAGRAD value")
    rows = material.ledger[(material.ledger["report"] == "bordignon") & material.ledger["fitted"]]
    found = rows[rows["arm"].str.contains("adagrad") & (rows["kind"] == "value")]
    assert set(expected(found)) <= set(shown(page)) <= set(expected(rows)) and len(shown(page)) < len(rows)
    page.find_element(By.ID, "words").send_keys(" nowhere")
    assert shown(page) == [] and status(page) == f"0 of {len(CLAIMS)} claims"
    page.find_element(By.CSS_SELECTOR, "#filters button").click()
    wait_for(page, lambda: len(shown(page)) == len(CLAIMS))
    assert status(page) == f"{len(CLAIMS)} claims" and page.find_element(By.ID, "words").get_attribute("value") == ""


def column_of(page, name: str) -> list[str]:
    return page.execute_script(
        "const cells = document.querySelectorAll(`#claims td[data-label='${arguments[0]}']`);"
        "return [...cells].map((cell) => cell.dataset.sort ?? cell.textContent)",
        name,
    )


def numbers(cells: list[str]) -> list[float]:
    return [float(cell) for cell in cells if cell != "nan"]


def test_a_heading_sorts_up_then_down_with_the_missing_last(page):
    heading(page, "published").click()
    cells = column_of(page, "published")
    assert numbers(cells) == sorted(numbers(cells)) and cells.index("nan") == len(numbers(cells)) > 20
    cell = heading(page, "published").find_element(By.XPATH, "..")
    assert cell.get_attribute("aria-sort") == "ascending"
    heading(page, "published").click()
    cells = column_of(page, "published")
    assert numbers(cells) == sorted(numbers(cells), reverse=True) and cells.index("nan") == len(numbers(cells))
    assert cell.get_attribute("aria-sort") == "descending"
    heading(page, "report").click()
    assert column_of(page, "report") == sorted(column_of(page, "report"))
    assert cell.get_attribute("aria-sort") == "none"


def test_what_a_filter_left_stays_when_the_order_changes(page, material):
    choose(page, "kind", "value")
    heading(page, "ours").click()
    rows = material.ledger[material.ledger["kind"] == "value"].sort_values("ours", kind="stable")
    assert shown(page) == expected(rows)
    choose(page, "order", "as in the reports")
    assert shown(page) == expected(material.ledger[material.ledger["kind"] == "value"])


def test_a_link_to_a_claim_shows_it_though_a_filter_hid_it(page):
    choose(page, "report", "feng")
    page.execute_script("location.hash = '#claim-e5'")
    wait_for(page, lambda: "claim-e5" in shown(page))
    top = "return document.getElementById('claim-e5').getBoundingClientRect().top"
    wait_for(page, lambda: abs(page.execute_script(top)) < 50)
    assert page.find_element(By.CSS_SELECTOR, "#claim-e5 details").get_attribute("open") == "true"


def test_everything_can_be_done_by_keyboard(page):
    page.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    assert focused(page).text == "Skip to the ledger of claims" and focused(page).location["x"] >= 0
    press(page, Keys.ENTER)
    assert focused(page).get_attribute("id") == "ledger"
    press(page, Keys.TAB)
    assert focused(page).get_attribute("id") == "words"
    press(page, "dropout")
    assert 0 < len(shown(page)) < len(CLAIMS)
    stops = []
    while "claim" not in stops:
        press(page, Keys.TAB)
        stops.append(focused(page).get_attribute("id") or focused(page).text)
        assert page.execute_script("return getComputedStyle(document.activeElement).outlineStyle") != "none"
    assert stops == ["report", "kind", "verdict", "reading", "order", "Show all", "claim"]
    press(page, Keys.ENTER)
    assert focused(page).find_element(By.XPATH, "..").get_attribute("aria-sort") == "ascending"
    while focused(page).tag_name != "summary":
        press(page, Keys.TAB)
    details = focused(page).find_element(By.XPATH, "..")
    assert not details.get_attribute("open")
    press(page, Keys.ENTER)
    assert details.get_attribute("open") == "true" and details.find_element(By.TAG_NAME, "dd").is_displayed()


def test_a_phone_shows_it_without_scrolling_sideways(page, material):
    page.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
    )
    try:
        assert page.execute_script("return document.documentElement.scrollWidth") <= 360
        cell = page.find_element(By.CSS_SELECTOR, "#claim-f2 td[data-label='published']")
        assert cell.rect["x"] >= 0 and cell.rect["width"] <= 360
        assert page.execute_script("return getComputedStyle(arguments[0], '::before').content", cell) == '"published: "'
        choose(page, "order", "published")
        assert numbers(column_of(page, "published")) == sorted(numbers(column_of(page, "published")))
        for control in page.find_elements(By.CSS_SELECTOR, "#filters input, #filters select, #filters button"):
            assert control.rect["height"] >= 40 and control.rect["x"] + control.rect["width"] <= 360
    finally:
        page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


WIDTHS = """
const open = [...document.querySelectorAll('#claims details')];
open.forEach((details) => { details.open = true; });
const boxes = [...document.querySelectorAll('#claims dl div')].map((pair) => pair.getBoundingClientRect());
const rows = [...document.querySelectorAll('#claims tbody tr')].map((row) => row.getBoundingClientRect());
const words = [...document.querySelectorAll('#claims dd')].map((dd) => dd.getClientRects().length);
return {
  narrowest: Math.min(...boxes.map((box) => box.width)), tallest: Math.max(...rows.map((row) => row.height)),
  lines: Math.max(...words), sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
};
"""


@pytest.mark.parametrize("width", [800, 1000, 1130, 1280, 1920])
def test_the_details_of_a_claim_can_be_read_on_every_desktop(page, width):
    """Not in a column of a letter or two; and the page never scrolls sideways."""
    page.set_window_size(width, 900)
    found = page.execute_script(WIDTHS)
    assert found["narrowest"] >= 220 and found["tallest"] <= 900 and found["lines"] <= 12, found
    assert found["sideways"] == 0, found


def names_by_role(page) -> dict[str, list[str]]:
    """What a screen reader is told: the names of everything, by role."""
    named: dict[str, list[str]] = {}
    for node in page.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]:
        if not node.get("ignored"):
            named.setdefault(node["role"]["value"], []).append(node.get("name", {}).get("value", ""))
    return named


@pytest.mark.parametrize("phone", [False, True])
def test_a_screen_reader_is_told_of_tables_pictures_and_controls(page, phone):
    if phone:
        page.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride", {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True}
        )
    try:
        # The browser builds the tree when it is first asked, and may answer before it has all of it.
        wait_for(page, lambda: "image" in names_by_role(page))
        named = names_by_role(page)
    finally:
        page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert len(named["image"]) > 60 and all(name.startswith("Finding of ") for name in named["image"])
    for role in ("button", "combobox", "searchbox", "link", "table", "rowheader", "heading"):
        assert named[role] and all(named[role]), role
    assert {"Report", "Kind", "Verdict", "Reading", "Order"} <= set(named["combobox"]) and named["searchbox"] == ["Words"]
    assert [name for name in named["table"] if name.startswith("Claims of the reports")]
    assert len(named["rowheader"]) >= len(CLAIMS) and {"main", "navigation", "banner", "status"} <= set(named)


CONTRAST = """
const channel = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
const light = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map((v) => channel(Number(v)));
const luminance = (colour) => { const [r, g, b] = light(colour); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
const page = luminance(getComputedStyle(document.body).backgroundColor);
return [...document.querySelectorAll('.verdict, a, .place, dt, caption, p, th, td')].map((element) => {
  const text = luminance(getComputedStyle(element).color);
  return (Math.max(page, text) + 0.05) / (Math.min(page, text) + 0.05);
});
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_the_page(page, scheme):
    """At least 4.5 to 1, as the Web Content Accessibility Guidelines 2.2 ask of text (criterion 1.4.3)."""
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    try:
        assert min(page.execute_script(CONTRAST)) >= 4.5
    finally:
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
