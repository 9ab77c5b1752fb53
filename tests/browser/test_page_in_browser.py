"""The page of results opened and used: by mouse, by keyboard, on a phone, and as a screen reader is told of it."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from experiments.pages.render import slug
from experiments.reports.catalogue import CLAIMS
from tests.browser.trained import digests_of, final_errors, trained
from tests.experiments.madeup import pictures_written


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


def pictures_in(material) -> int:
    """How many pictures the page holds: those of other readings lie beside it."""
    return len(pictures_written(material) - {f"{plan.study.name}_error.png" for plan in material.plans if plan.alternative})


def test_every_picture_can_be_seen(page, material):
    sizes = page.execute_async_script(
        "const done = arguments[0]; const images = [...document.images];"
        "document.querySelectorAll('details').forEach((details) => { details.open = true; });"
        "images.forEach((image) => { image.loading = 'eager'; });"
        "Promise.all(images.map((image) => image.decode())).then(() => done(images.map((i) => [i.naturalWidth, i.width])))"
    )
    assert len(sizes) == pictures_in(material) and all(natural == 864 and 0 < width <= 1200 for natural, width in sizes)


def test_all_claims_are_there_at_first(page, material):
    assert shown(page) == expected(material.ledger)
    assert status(page) == f"{len(CLAIMS)} rows"
    assert page.find_element(By.ID, "filters").is_displayed()


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [("report", "report", "bhatt"), ("kind", "kind", "time ratio"), ("verdict", "verdict", "not reproduced")],
)
def test_a_choice_leaves_the_claims_that_have_it(page, material, name, column, value):
    choose(page, name, value)
    rows = material.ledger[material.ledger[column] == value]
    assert shown(page) == expected(rows) and len(rows)
    assert status(page) == f"{len(rows)} of {len(CLAIMS)} rows"


def test_choices_and_words_narrow_together_and_are_taken_back(page, material):
    choose(page, "report", "bordignon")
    choose(page, "reading", "fitted")
    page.find_element(By.ID, "words").send_keys("ADAGRAD value")
    rows = material.ledger[(material.ledger["report"] == "bordignon") & material.ledger["fitted"]]
    found = rows[rows["arm"].str.contains("adagrad") & (rows["kind"] == "value")]
    assert set(expected(found)) <= set(shown(page)) <= set(expected(rows)) and len(shown(page)) < len(rows)
    page.find_element(By.ID, "words").send_keys(" nowhere")
    assert shown(page) == [] and status(page) == f"0 of {len(CLAIMS)} rows"
    page.find_element(By.CSS_SELECTOR, "#filters button").click()
    wait_for(page, lambda: len(shown(page)) == len(CLAIMS))
    assert status(page) == f"{len(CLAIMS)} rows" and page.find_element(By.ID, "words").get_attribute("value") == ""


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
    wait_for(page, lambda: 0 <= page.execute_script(top) < 80)
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
    assert found["narrowest"] >= 220 and found["tallest"] <= 900 and found["lines"] <= 14, found
    assert found["sideways"] == 0, found


SIX_VERDICTS = """
const legend = document.querySelector('.verdict-legend');
while (legend.children.length < 6) legend.append(legend.firstElementChild.cloneNode(true));
return [...legend.children].map((item) => item.offsetTop);
"""


@pytest.mark.parametrize("width", [1280, 1920])
def test_six_verdicts_stand_in_one_row_of_a_wide_page(page, width):
    page.set_window_size(width, 900)
    tops = page.execute_script(SIX_VERDICTS)
    assert len(tops) == 6 and len(set(tops)) == 1


def test_no_line_crosses_the_name_of_our_mean_on_a_phone(page):
    """There the printed numbers' lines run where it stands."""
    page.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
    )
    try:
        layer = "const style = getComputedStyle(document.querySelector(arguments[0])); return Number(style.zIndex) || 0;"
        assert page.execute_script(layer, ".chart .mean") > page.execute_script(layer, ".chart .printed")
    finally:
        page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.parametrize("width", [360, 500, 768, 1280])
def test_train_and_stop_stand_side_by_side(page, width):
    page.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    )
    try:
        train, stop = (page.find_element(By.CSS_SELECTOR, f"#many-seeds {name}").rect for name in (".primary", "#stop"))
        assert train["y"] == stop["y"] and train["x"] + train["width"] < stop["x"] and stop["x"] + stop["width"] <= width
        assert train["height"] >= 40
    finally:
        page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_a_first_visitor_reads_at_the_top_how_to_run_it(page):
    told = page.find_element(By.ID, "how-to-run")
    assert [code.text for code in told.find_elements(By.TAG_NAME, "code")] == ["make reproduce", "pip install -e ."]
    assert told.location["y"] < 700


def names_by_role(page) -> dict[str, list[str]]:
    """What a screen reader is told: the names of everything, by role."""
    named: dict[str, list[str]] = {}
    for node in page.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]:
        if not node.get("ignored"):
            named.setdefault(node["role"]["value"], []).append(node.get("name", {}).get("value", ""))
    return named


@pytest.mark.parametrize("phone", [False, True])
def test_a_screen_reader_is_told_of_tables_pictures_and_controls(page, material, phone):
    if phone:
        page.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride", {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True}
        )
    try:
        # The browser builds the tree when it is first asked, and may answer before it has all of it.
        wait_for(page, lambda: "image" in names_by_role(page))
        page.execute_script("document.querySelectorAll('details.fold').forEach((details) => { details.open = true; })")
        wait_for(page, lambda: len(names_by_role(page)["image"]) >= pictures_in(material))
        named = names_by_role(page)
    finally:
        page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    pictures = [name for name in named["image"] if name.startswith("Finding of ")]
    assert len(pictures) == pictures_in(material) and {name.split(" ")[0] for name in named["image"]} == {
        "Finding",
        "Final",
        "Test",
        "What",
    }
    for role in ("button", "combobox", "searchbox", "link", "table", "rowheader", "heading"):
        assert named[role] and all(named[role]), role
    assert {"Report", "Kind", "Verdict", "Reading", "Order", "Network", "Seeds"} <= set(named["combobox"])
    assert named["searchbox"] == ["Words"]
    assert [name for name in named["table"] if name.startswith("Claims of the reports")]
    assert len(named["rowheader"]) >= len(CLAIMS) and {"main", "navigation", "banner", "status"} <= set(named)


CONTRAST = """
const channel = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
const luminance = (colour) => { const [r, g, b] = channels(colour).map(channel); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
const behind = (element) => {
  const colour = getComputedStyle(element).backgroundColor;
  return element.parentElement && channels(colour)[3] === 0 ? behind(element.parentElement) : colour;
};
const texts = [...document.querySelectorAll('body *')].filter((element) => element.checkVisibility() && !element.disabled &&
  [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim()));
return texts.map((element) => {
  const style = getComputedStyle(element);
  const [a, b] = [luminance(behind(element)), luminance(element instanceof SVGElement ? style.fill : style.color)];
  return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), element.className + ' ' + element.textContent.slice(0, 30)];
}).sort((one, other) => one[0] - other[0]);
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_what_is_behind_them(page, scheme):
    """At least 4.5 to 1, as the Web Content Accessibility Guidelines 2.2 ask of text (criterion 1.4.3)."""
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    try:
        contrasts = page.execute_script(CONTRAST)
        assert len(contrasts) > 1000 and contrasts[0][0] >= 4.5, contrasts[:5]
    finally:
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_filters_stand_in_the_address_and_are_taken_from_it(page, material):
    choose(page, "report", "bhatt")
    page.find_element(By.ID, "words").send_keys("drop out")
    assert page.current_url.endswith("#ledger&words=drop+out&report=bhatt")
    page.find_element(By.CSS_SELECTOR, "#filters button").click()
    wait_for(page, lambda: page.current_url.endswith("#ledger"))
    page.execute_script("location.hash = '#ledger&verdict=not+reproduced&report=feng'")
    rows = material.ledger[(material.ledger["verdict"] == "not reproduced") & (material.ledger["report"] == "feng")]
    wait_for(page, lambda: shown(page) == expected(rows))
    assert len(rows) and Select(page.find_element(By.ID, "verdict")).first_selected_option.text == "not reproduced"


def test_a_verdict_of_the_bar_leads_to_its_claims(page, material):
    page.find_element(By.CSS_SELECTOR, ".verdict-legend .not-reproduced a").click()
    rows = material.ledger[material.ledger["verdict"] == "not reproduced"]
    wait_for(page, lambda: shown(page) == expected(rows))
    said = page.find_element(By.CSS_SELECTOR, ".verdict-legend .not-reproduced .meaning").text
    assert said.endswith(f" {len(rows)} rows of the ledger")


def test_a_link_into_a_folded_part_opens_it(page):
    details = page.find_element(By.ID, "study-train-centred")
    assert not details.get_attribute("open")
    page.execute_script("location.hash = '#study-train-centred'")
    wait_for(page, lambda: details.get_attribute("open") == "true")


def test_a_command_is_copied(page):
    page.execute_script("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    button = page.find_element(By.CSS_SELECTOR, ".first-picture .copy")
    assert button.get_attribute("aria-label") == "Copy minifw train --rounds 2", "as many as the page tells of"
    button.click()
    wait_for(page, lambda: button.text == "Copied")
    assert page.execute_script("return window.copied") == "minifw train --rounds 2"


def test_a_figure_opens_in_full_size_and_closes_by_keyboard(page):
    button = page.find_element(By.CSS_SELECTOR, "#figure-train-error-png .enlarge")
    button.send_keys(Keys.ENTER)
    image = page.find_element(By.CSS_SELECTOR, "#full-size img")
    assert image.is_displayed() and image.get_attribute("alt").startswith("Finding of train_error.png")
    assert page.execute_script("return arguments[0].width", image) == 864
    press(page, Keys.ESCAPE)
    wait_for(page, lambda: not page.find_element(By.ID, "full-size").is_displayed())
    assert focused(page) == button


def train_seed(page, seed: int) -> str:
    field = page.find_element(By.ID, "seed")
    field.clear()
    field.send_keys(str(seed), Keys.ENTER)
    wait_for(page, lambda: f"Seed {seed} of" in page.find_element(By.ID, "one-seed-result").text)
    return page.find_element(By.ID, "one-seed-result").text


def test_a_seed_is_trained_and_held_against_the_committed_one(page, material):
    """That of the first seed is its own, that of the second is not, and of the third nothing is committed."""
    config = material.plans[0].study.arms[0].config
    expected = trained(config, [0, 7])
    first, last = digests_of(expected)
    text = train_seed(page, 0)
    assert text.startswith("Seed 0 of train: equal to the trial of this page, bit for bit.") and text.count(first) == 2
    assert f"test error {100 * final_errors(expected, 'test')[0]:.1f} %" in text
    assert train_seed(page, 1).startswith("Seed 1 of train: not equal to the trial of this page.")
    assert len(page.find_elements(By.CSS_SELECTOR, "#one-seed-result td code")) == 2
    text = train_seed(page, 7)
    assert text.startswith("Seed 7 of train: This page has no values to compare with.") and text.count(last) == 1


def test_many_seeds_are_trained_side_by_side(page, material):
    choose(page, "how-many", "20")
    assert len(page.find_elements(By.CSS_SELECTOR, "#boundaries canvas")) == 20
    page.find_element(By.CSS_SELECTOR, "#many-seeds .primary").click()
    status_of_training = page.find_element(By.ID, "training-status")
    wait_for(page, lambda: "mean test error" in status_of_training.text)
    errors = [100 * error for error in final_errors(trained(material.plans[0].study.arms[0].config, range(20)), "test")]
    assert f"mean test error {sum(errors) / 20:.2f} %" in status_of_training.text
    assert "1 of the 2 whose outcome this page holds end with the same error" in status_of_training.text
    told = [tile.text for tile in page.find_elements(By.CSS_SELECTOR, "#boundaries .tile")]
    assert told == [f"{error:.1f}" for error in errors]
    pictures = page.execute_script(
        "return [...document.querySelectorAll('#boundaries canvas')].map((canvas) => canvas.toDataURL())"
    )
    assert len(set(pictures)) == 20


def test_the_dots_of_the_histogram_are_the_seeds(page):
    choose(page, "how-many", "20")
    page.find_element(By.CSS_SELECTOR, "#many-seeds .primary").click()
    wait_for(page, lambda: "mean test error" in page.find_element(By.ID, "training-status").text)
    wait_for(page, lambda: len(page.find_elements(By.CSS_SELECTOR, "#errors .dot")) == 20)


def test_who_wants_no_motion_sees_the_end_alone(page):
    page.execute_script("startWorker = () => ({ postMessage(told) { window.told = told; }, terminate() {} });")
    for value, every in (("reduce", 0), ("no-preference", 1)):
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-reduced-motion", "value": value}]})
        page.find_element(By.CSS_SELECTOR, "#many-seeds .primary").click()
        assert page.execute_script("return window.told.every") == every
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_without_scripts_all_but_training_and_filters_is_there(page, address, material):
    page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page.get("about:blank")
        page.get(address)
        assert page.find_element(By.CSS_SELECTOR, "noscript .notice").is_displayed()
        assert not page.find_element(By.ID, "training-lab").is_displayed()
        assert not page.find_element(By.ID, "filters").is_displayed()
        assert len(page.find_elements(By.CSS_SELECTOR, "#claims tbody tr")) == len(material.ledger)
        assert page.find_element(By.ID, "claim-f2").is_displayed() and page.find_element(By.ID, "first-picture").is_displayed()
    finally:
        page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_paper_has_the_table_of_the_screen(page):
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    page.set_window_size(740, 900)
    try:
        row = page.find_element(By.ID, "claim-f2")
        assert page.execute_script("return getComputedStyle(arguments[0]).display", row) == "table-row"
        for hidden in ("nav", ".training", "#filters"):
            assert not page.find_element(By.CSS_SELECTOR, hidden).is_displayed()
        assert page.execute_script("return document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    finally:
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
