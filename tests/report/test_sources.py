"""The page and the terminal show every source with the verdict on it, and nothing else happens."""

from __future__ import annotations

import hashlib
import re
from html import unescape
from io import StringIO
from urllib.parse import unquote

import pytest
from rich.console import Console

from tests.backends.refusals import REFUSALS
from tests.report.reader import Page
from zoo import plugins
from zoo.emit import emit
from zoo.models import registry
from zoo.parity import ParityReport, Row
from zoo.report import SideBySide, side_by_side
from zoo.spec import Spec


def report(*rows: Row, **environments: dict[str, object]) -> ParityReport:
    return ParityReport(rows, environments, 3)


def cell(backend: str, mode: str, verdict: str = "agrees", **more: object) -> Row:
    return Row("resnet20", backend, mode, "float64", verdict=verdict, **more)


@pytest.fixture(scope="module")
def three() -> SideBySide:
    return side_by_side(registry.build("resnet20"), "torch,tensorflow,mxnet")


def test_the_page_holds_every_source(three: SideBySide) -> None:
    """Each part of each source is on it, and each source can be saved as `zoo emit` has it."""
    page = Page(three.to_html())
    code = "\n".join(text for _, text in page.texts)
    for column in three.columns:
        source = emit(three.spec, column.name)
        assert column.hash == hashlib.sha256(source.encode()).hexdigest()
        assert column.hash in page.text()
        (link,) = [a for a in page.all("a") if a.get("download") == f"resnet20_{column.name}.py"]
        assert unquote(str(link["href"]).partition(",")[2]) == source
        lines = "".join(code.split())
        assert all("".join(part.text.split()) in lines for part in column.program.parts)


def test_the_page_says_what_the_model_is(three: SideBySide) -> None:
    """Its summary, its size, its training and its hash."""
    text = Page(three.to_html()).text()
    assert three.spec.summary in text
    assert three.spec.hash in text
    assert f"{three.spec.parameter_count:,}" in text
    assert "sgd(learning_rate=0.025, momentum=0.9)" in text
    assert "basic_block(channels=32, stride=2, project=True)" in text


def test_the_page_is_sound(three: SideBySide) -> None:
    """Ids are unique, links and labels lead somewhere, headings leave out no level."""
    page = Page(three.to_html())
    ids = page.values("id")
    assert len(set(ids)) == len(ids)
    for target in page.values("href"):
        assert target.startswith("data:") or target[1:] in ids, target
    assert set(page.values("aria-labelledby")) <= set(ids)
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in zip(levels, levels[1:]))
    assert [len(page.all(mark)) for mark in ("header", "nav", "main", "footer")] == [1, 1, 1, 1]
    assert page.all("html") == [{"lang": "en"}]
    assert page.all("title")


def test_the_page_needs_nothing_from_elsewhere(three: SideBySide) -> None:
    """No address but that of a saved source, no style or script from another file."""
    html = three.to_html()
    page = Page(html)
    assert page.values("src") == []
    assert page.all("link") == []
    style = "".join(text for tag, text in page.texts if tag == "style")
    assert "url(" not in style
    assert "@import" not in style
    (policy,) = [m["content"] for m in page.all("meta") if "http-equiv" in m]
    assert str(policy).startswith("default-src 'none';")


def test_a_block_has_a_heading_and_a_cell_for_each_backend(three: SideBySide) -> None:
    """Both can be linked."""
    page = Page(three.to_html())
    ids = page.values("id")
    for name in ("torch", "tensorflow", "mxnet"):
        assert f"block-basicblock--{name}" in ids
    assert ("a", "BasicBlock") in page.texts
    assert {"href": "#block-basicblock"} in page.all("a")


def test_a_column_can_be_left_out(three: SideBySide) -> None:
    """Each backend has a box whose tick shows and hides what is of it, without a script."""
    html = three.to_html()
    page = Page(html)
    boxes = [each["id"] for each in page.all("input")]
    assert boxes == ["show-torch", "show-tensorflow", "show-mxnet"]
    assert ":root:has(#show-mxnet:not(:checked)) .of-mxnet { display: none; }" in html
    assert Page(side_by_side(three.spec, "torch").to_html()).all("input") == []


def test_the_same_model_gives_the_same_bytes(three: SideBySide) -> None:
    """No time, no path and no order of a set is in a page."""
    again = side_by_side(registry.build("resnet20"), ["torch", "tensorflow", "mxnet"])
    assert again.to_html() == three.to_html()


def test_a_hostile_summary_is_text() -> None:
    """A specification may come from anybody."""
    evil = "A </pre><script>alert('x')</script> & \"b\" {{ 7 * 7 }}"
    spec = registry.build("mlp", "tiny").replace(summary=evil)
    html = side_by_side(spec, "torch,mxnet").to_html()
    page = Page(html)
    assert len(page.all("script")) == 1
    assert "alert('x')" not in "".join(text for tag, text in page.texts if tag == "script")
    assert evil in page.text()


def test_modes_share_a_column() -> None:
    """A source does not depend on the mode it will run in."""
    found = side_by_side(registry.build("mlp"), "torch:compile,torch,mxnet")
    assert [column.name for column in found.columns] == ["torch", "mxnet"]


def test_verdicts_stand_at_their_backend() -> None:
    """With the largest error, the versions that gave it and the first reason; others are open."""
    judged = report(
        cell("torch", "eager", error=1e-15, note="Runs on a cold day."),
        cell("torch", "eager", error=2.7e-14),
        cell("torch", "compile", error=1e-15),
        cell("torch", "compile", "disagrees", error=0.25, reason="differs by 0.25 of its scale"),
        Row("mlp", "torch", "eager", "float64", verdict="crashed", reason="of another model"),
        cell("mxnet", "hybrid", "not-run", reason="no environment"),
        **{"torch:eager": {"torch": "9.8.7", "threads": 2, "notes": ["Runs on a cold day."]}},
    )
    found = side_by_side(registry.build("resnet20"), "torch,mxnet,tensorflow", judged)
    torch, mxnet, tensorflow = found.columns
    assert [str(verdict) for verdict in torch.verdicts] == [
        "eager agrees (float64, largest error 2.7e-14)",
        "compile 1 disagree (float64, largest error 2.5e-01)",
    ]
    assert torch.version == "9.8.7"
    assert [str(verdict) for verdict in mxnet.verdicts] == ["hybrid not-run"]
    assert tensorflow.verdicts == ()
    page = Page(found.to_html())
    badges = [
        (str(found["class"]).removeprefix("badge").strip(), text.strip())
        for (_, found), text in zip(
            [each for each in page.tags if str(each[1].get("class")).startswith("badge")],
            re.findall(r'<span class="badge[^>]*>(.*?)</span>', found.to_html()),
        )
    ]
    assert badges == [
        ("green", "eager agrees"),
        ("red", "compile 1 disagree"),
        ("yellow", "not-run"),
        ("", "not judged"),
    ]
    text = page.text()
    for said in (
        "PyTorch 9.8.7",
        "differs by 0.25 of its scale",
        "Runs on a cold day.",
        "eager: torch 9.8.7, threads 2",
        "no environment",
    ):
        assert said in text, said
    assert "of another model" not in text


def test_a_refusal_is_a_column_that_says_why() -> None:
    """All findings are in it, and the others' sources are shown all the same."""
    spec = REFUSALS["more_than_six_axes"]
    found = side_by_side(spec, "torch,mxnet")
    torch, mxnet = found.columns
    assert torch.program
    assert mxnet.program is None
    assert mxnet.reasons == ("cannot express this model:", *mxnet.refusal.findings)
    page = Page(found.to_html())
    assert "refused" in page.text()
    assert all(unescape(finding) in page.text() for finding in mxnet.refusal.findings)
    assert "mxnet" not in [row.get("class") for row in page.all("tr")]
    wide = printed(found, 200)
    assert "cannot express this model:" in wide
    assert f"class {torch.program.entry}(nn.Module):" in wide


def test_a_broken_adapter_is_a_column_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """It costs its own column, which names the distribution."""
    import zoo_mxnet.emit

    monkeypatch.setattr(zoo_mxnet.emit, "emit", lambda *_args, **_kwargs: 1 / 0)
    found = side_by_side(registry.build("mlp"), "mxnet,torch")
    assert "parityzoo-mxnet" in found.columns[0].reasons[0]
    assert "parityzoo-mxnet" in Page(found.to_html()).text()


def test_a_notebook_shows_the_page_in_a_frame(three: SideBySide) -> None:
    """Its style cannot reach the notebook's own."""
    frame = Page(three._repr_html_())
    (only,) = frame.tags
    assert only[0] == "iframe"
    assert only[1]["srcdoc"] == three.to_html()


def printed(found: SideBySide, width: int) -> str:
    console = Console(width=width, file=StringIO(), color_system=None)
    console.print(found)
    return console.file.getvalue()


def test_a_wide_terminal_has_columns(three: SideBySide) -> None:
    """The first lines of a block stand in one line, below the names of their backends."""
    lines = printed(three, 170).splitlines()
    (title,) = [i for i, line in enumerate(lines) if "─ BasicBlock ─" in line]
    assert re.split(r"\s*│\s*", lines[title + 1].strip()) == ["torch", "tensorflow", "mxnet"]
    assert re.split(r"\s*│\s*", lines[title + 3].strip()) == [
        "class BasicBlock(nn.Module):",
        "class BasicBlock(tf.Module):",
        "class BasicBlock(nn.HybridBlock):",
    ]
    assert max(map(len, lines)) <= 170


def test_a_broken_line_hangs_below_its_own(three: SideBySide) -> None:
    """What does not fit is indented four more than the line that it belongs to."""
    column = [line.partition("│")[0].rstrip() for line in printed(three, 170).splitlines()]
    place = column.index("        self.conv2 = nn.Conv2d(channels, channels,")
    assert column[place + 1] == "            3, padding=1, bias=False)"


def test_a_terminal_loses_no_code(three: SideBySide) -> None:
    """Each column, its line breaks mended, is the parts of its source."""
    lines = printed(three, 170).splitlines()
    for index, column in enumerate(three.columns):
        cells = [line.split("│")[index] for line in lines if line.count("│") == 2]
        shown = "".join("".join(cells).split())
        for part in column.program.parts:
            assert "".join(part.text.split()) in shown


def test_a_narrow_terminal_has_one_source_after_the_other(three: SideBySide) -> None:
    """Below 54 characters a backend; each has its name above it."""
    text = printed(three, 160)
    places = [text.index(f"─ {name} ─") for name in ("torch", "tensorflow", "mxnet")]
    assert places == sorted(places)
    assert "│" not in text
    assert "    y = F.relu(self.bn1(self.conv1(x)), inplace=True)" in text


def test_a_source_alone_has_no_title() -> None:
    """Unless there is a verdict to say."""
    spec = registry.build("resnet20")
    assert printed(side_by_side(spec, "torch"), 100).startswith('"""ResNet-20')
    judged = report(cell("torch", "eager", error=1e-15))
    assert "torch, eager agrees" in printed(side_by_side(spec, "torch", judged), 100)


@pytest.mark.parametrize("model", registry.MODELS)
def test_every_backend_has_a_page(model: str) -> None:
    """All backends and all models, in HTML that holds together."""
    found = side_by_side(registry.build(model))
    assert [column.name for column in found.columns] == list(plugins.backends())
    page = Page(found.to_html())
    assert len(page.all("article")) == len(found.columns) * (len(found.rows()) + 1)


def test_it_is_part_of_the_package() -> None:
    """`zoo.report` needs no import of its own."""
    import zoo

    spec: Spec = registry.build("mlp")
    assert zoo.report.side_by_side(spec, "torch").columns[0].name == "torch"
