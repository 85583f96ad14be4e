"""The page of a record: complete, escaped, and readable without network, mouse or eyes."""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64decode

import pytest

from tests.bench import synthetic
from tests.report.colours import contrast
from tests.report.reader import Page
from zoo.bench.record import Record, digest
from zoo.bench.verify import verify
from zoo.report.benchmark import page
from zoo.report.plots import SERIES

ODD = "<script>alert('&')</script>"


@pytest.fixture(scope="module")
def record() -> Record:
    made = synthetic.record(models=["mlp", "lenet5"], batches=[8, 32])
    made.cells[0].gap = ODD
    made.cells[2].backend = made.cells[2].certificate.backend = ODD + "$x_1$"
    made.cells[2].arguments = {ODD: 3}
    made.machines["m0"].cpu = ODD
    made.suite = {"name": ODD}
    return synthetic.derived(made)


@pytest.fixture(scope="module")
def html(record) -> str:
    return page(record.to_json())


@pytest.fixture(scope="module")
def read(html) -> Page:
    return Page(html)


def decoded(link: str | None) -> str:
    data = b64decode((link or "").split(";base64,")[1])
    return (gzip.decompress(data) if "gzip" in (link or "")[:30] else data).decode()


def downloads(read: Page) -> dict[str, str]:
    return {a["download"]: decoded(a["href"]) for a in read.all("a") if "download" in a}


def test_stands_alone(html, read):
    """Nothing is fetched, and no script is run."""
    assert not read.all("script")
    assert not read.all("link")
    assert all(value.startswith(("#", "data:")) for value in read.values("href"))
    assert read.values("src") == []
    assert "url(http" not in html
    assert "default-src 'none'" in html


def test_names_are_text(html, read):
    """What a record calls things is never markup."""
    assert ODD not in html
    assert ODD in read.text()


def test_links_lead_somewhere(read):
    """Names of elements are unique, and every link within the page has its target."""
    names = read.values("id")
    assert len(names) == len(set(names))
    for link in read.values("href"):
        if link.startswith("#"):
            assert link[1:] in names
    for label in read.values("aria-labelledby"):
        assert label in names


def test_headings_are_an_outline(read):
    """No level of headings is left out, and there is one title."""
    levels = [int(tag[1]) for tag, _ in read.tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:]))


def test_without_eyes_or_mouse(read):
    """A drawing says what it shows, a table has header cells, what scrolls takes the focus."""
    assert all(svg["role"] == "img" and svg["aria-label"] for svg in read.all("svg"))
    assert all("scope" in th for th in read.all("th"))
    scrolling = [each for each in read.all("div") if each.get("class") in ("scroll", "sources")]
    assert scrolling
    assert all(each["tabindex"] == "0" and each["aria-label"] for each in scrolling)


def test_data_is_the_record(record, read):
    """The record that the page carries is verified, and has the digest that the page shows."""
    data = json.loads(downloads(read)["record.json"])
    assert verify(data).passed
    assert digest(data) == digest(record.to_json())
    assert digest(data) in read.text()


def test_sources_are_those_that_were_timed(record, read):
    """The sources to download are the record's, to the byte."""
    found = [text for name, text in downloads(read).items() if name.endswith(".py")]
    assert set(found) == set(record.sources.values())


def test_csv(read):
    """Figures and samples are there as CSV."""
    found = downloads(read)
    assert found["figures.csv"].startswith("model,backend,")
    assert found["samples.csv.gz"].startswith("cell,quantity,round,")


def test_sections(read):
    """Models, ceilings, growth, checks, sources, environment, data and citation are there."""
    wanted = [
        "overview",
        "model-1",
        "model-2",
        "ceilings",
        "growth",
        "checks",
        "sources",
        "environment",
    ]
    assert {*wanted, "data", "citation"} <= set(read.values("id"))
    text = read.text()
    for each in ("Steady state, batch 32, 1 thread", "Start, batch 32", "Peak memory, batch 32"):
        assert each in text
    assert "@misc{parityzoo-" in text
    assert "0 faults" in text


def test_order_is_not_by_speed():
    """Rows stand in the order of the record."""
    made = synthetic.record(backends=["chainer", "torch", "mxnet"])
    rows = re.findall(r'<th scope="row">(\w+):', page(made.to_json()))
    assert rows == ["chainer", "torch", "mxnet"]


def test_the_same_bytes(record, html):
    """The same record gives the same page."""
    assert page(record.to_json()) == html


def test_an_edited_record(record):
    """A page of an edited record says that it is not verified, and where."""
    data = record.to_json()
    data["figures"][0]["median"] *= 2
    text = Page(page(data)).text()
    assert "not verified" in text
    assert "figure of inference: median: is" in text


def test_a_broken_record(record):
    """A record that lacks a machine and has no readable specification has a page that says so."""
    data = record.to_json()
    data["machines"] = {}
    next(iter(data["specs"].values()))["body"] = []
    text = Page(page(data)).text()
    assert "machine: m0 is not in the record" in text
    assert "cannot be read" in text


def test_nothing_measured():
    """A record of gaps alone has a page of reasons."""
    made = synthetic.record(backends=["torch"])
    made.cells[0].gap = "crashed"
    read = Page(page(synthetic.derived(made).to_json()))
    assert "crashed" in read.text()
    assert not read.all("svg")


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_colours_of_plots_contrast_with_the_page(html, scheme):
    """3 to 1 at least, light and dark (WCAG 2.2, 1.4.11)."""
    background = re.findall(r"--page: #(\w{6});", html)[scheme]
    for number in range(1, SERIES + 1):
        colour = re.findall(rf"--series-{number}: #(\w{{6}});", html)[scheme]
        assert contrast(colour, background) >= 3
