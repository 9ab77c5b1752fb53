"""A real browser, Debian's chromium, on a page of made-up results."""

from __future__ import annotations

import dataclasses
import gzip
import shutil
import tempfile

import pytest
from selenium import webdriver

from experiments.pages.render import render
from tests.browser.trained import digests_of, final_errors, trained
from tests.experiments.madeup import draw_pictures, made_up_page

# As root it needs --no-sandbox; the rest keeps it from asking the network for anything of its own.
OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1200,900"),
)


@pytest.fixture(scope="session")
def material():
    """The main study as the compiled engine trains it, whose bits the page has."""
    page = made_up_page()
    first = page.plans[0]
    arms = tuple(dataclasses.replace(arm, config=arm.config.replace(engine="compiled")) for arm in first.study.arms)
    compiled = dataclasses.replace(first, study=dataclasses.replace(first.study, arms=arms))
    return dataclasses.replace(page, plans=[compiled, *page.plans[1:]])


def committed_finals(material) -> str:
    """What would be committed of two seeds of the main study; the second one's digest is not its own."""
    found = trained(material.plans[0].study.arms[0].config, [0, 1])
    rows = zip(final_errors(found, "test"), [digests_of(found)[0], "0123456789abcdef"], strict=True)
    lines = [f"train,{seed},{error},{digest}" for seed, (error, digest) in enumerate(rows)]
    return "\n".join(["arm,seed,test_error,parameters", *lines])


@pytest.fixture(scope="session")
def address(material, tmp_path_factory):
    """The page with every picture, as a file."""
    folder = tmp_path_factory.mktemp("results")
    draw_pictures(material, folder)
    (folder / "train.finals.csv.gz").write_bytes(gzip.compress(committed_finals(material).encode()))
    page = folder / "index.html"
    page.write_text(render("index.html", material, folder), encoding="utf-8")
    return page.as_uri()


@pytest.fixture(scope="session")
def driver():
    chromium, chromedriver = (shutil.which(name) for name in ("chromium", "chromedriver"))
    assert chromium and chromedriver, "this needs Debian's packages chromium and chromium-driver"
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        for option in (*OPTIONS, f"--user-data-dir={profile}"):
            options.add_argument(option)
        driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(chromedriver))
        yield driver
        driver.quit()


@pytest.fixture
def page(driver, address):
    """The page freshly opened in a window of a desk's size; afterwards nothing may have gone wrong in it."""
    driver.set_window_size(1200, 900)
    driver.get("about:blank")
    driver.get(address)
    yield driver
    assert [entry["message"] for entry in driver.get_log("browser")] == []
