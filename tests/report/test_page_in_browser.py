"""核查报告.html in headless Chromium, from a file and offline: as it is seen, heard, typed at, filtered, copied and printed."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from importlib import resources
from pathlib import Path

import pytest

from pipeline.report import page_findings
from tests.report.chromium import Chromium, Tab
from tests.report.page_case import DIVISIONS, WAIVED, Pages, body_of, finding, findings, hostile

pytestmark = pytest.mark.browser

#: A4 in points, and the margins the page asks for
A4 = (594.96, 841.92)
SIDE = 15 / 25.4 * 72
SEVERITIES = ["critical", "warning", "info"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    with Chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def pages() -> Pages:
    return Pages()


@pytest.fixture(scope="module")
def files(pages, tmp_path_factory) -> Callable[[int], Path]:
    """The page with so many findings, written once."""
    folder, written = tmp_path_factory.mktemp("页 面"), {}

    def of(count: int) -> Path:
        if count not in written:
            written[count] = pages.write(folder / f"核查报告 {count}.html", findings(count))
        return written[count]

    return of


@pytest.fixture
def tab(browser, files) -> Iterator[Callable[..., Tab]]:
    opened: list[Tab] = []

    def of(which: int | Path, **how: object) -> Tab:
        opened.append(browser.open(files(which) if isinstance(which, int) else which, **how))
        return opened[-1]

    yield of
    for each in opened:
        each.close()


@pytest.fixture(scope="module")
def full(browser, files) -> Iterator[Tab]:
    """One tab with 3,000 findings for all the filters, one after another."""
    page = browser.open(files(3000))
    yield page
    page.close()


def violations(tab: Tab) -> list:
    """What axe-core, with every rule it has, finds wrong: rule and first element."""
    tab.run(resources.files("axe_core_python").joinpath("axe.min.js").read_text("utf-8") + "; 0")
    return tab.run(
        "axe.run(document, {resultTypes: ['violations']})"
        ".then(r => r.violations.map(v => [v.id, v.nodes[0].html, v.nodes[0].failureSummary]))"
    )


def shown(tab: Tab) -> list[str]:
    """The sentences of all findings the filter lets through, the buttons for more pressed."""
    return tab.run(
        "(() => { let more; while ((more = [...document.querySelectorAll('.more')].find("
        "b => !b.hidden && !b.closest('[hidden]')))) more.click();"
        "return [...document.querySelectorAll('.group:not([hidden]) .finding .body')].map(b => b.textContent) })()"
    )


@pytest.mark.parametrize("count", [0, 3, 3000])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_error_no_request_no_violation_and_no_sideways_scrolling(tab, count, width):
    page = tab(count, width=width)
    assert page.run("document.documentElement.scrollWidth") <= width
    assert (page.errors, page.requests) == ([], [])
    # what is folded is not looked at before it is opened
    page.run("document.querySelectorAll('details').forEach(box => { box.open = true })")
    assert page.run("document.documentElement.scrollWidth") <= width
    assert violations(page) == []


def test_a_page_that_breaks_its_policy_would_be_noticed(tab, tmp_path, files):
    """The listening itself: a picture and a script of a stranger are asked for or refused, and both are heard."""
    path = tmp_path / "bad.html"
    text = files(0).read_text("utf-8")
    path.write_text(text.replace("</main>", "<img src='a.png'><script>1</script></main>"), "utf-8")
    page = tab(path)
    assert len(page.errors) >= 2 and "Content Security Policy" in page.errors[0]
    assert [rule for rule, *_ in violations(page)] == ["image-alt"]


@pytest.mark.parametrize("written", [0, 100])
def test_what_a_person_typed_does_nothing_in_a_browser(pages, tab, tmp_path, monkeypatch, written):
    monkeypatch.setattr(page_findings, "WRITTEN", written)
    page = tab(pages.write(tmp_path / "page.html", [hostile()]), width=390)
    assert (page.errors, page.requests) == ([], [])
    assert page.run("document.querySelectorAll('img').length") == 0
    assert "<img src=x onerror=alert(2)>{{ 7*7 }}" in page.run("document.querySelector('.body').textContent")
    assert page.run("document.documentElement.scrollWidth") <= 390


def wanted(**asked: object) -> list[str]:
    """The sentences a filter must leave, worked out from the records."""
    kept = []
    for record in findings(3000):
        cells = [
            f"《{one['file'].removesuffix('.xlsx')}》{one['sheet']}!{one['cell']}" for one in record["cells"]
        ]
        words = " ".join([record["code"], record["message"], record["expected"], *cells]).lower()
        if (
            record["severity"] in asked.get("severity", SEVERITIES)
            and asked.get("code", "") in ("", record["code"])
            and asked.get("division", "") in ("", DIVISIONS.get(record["file"]))
            and all(word in words for word in str(asked.get("text", "")).lower().split())
        ):
            kept.append(body_of(record))
    return kept


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({}, 3000),
        ({"severity": ["critical"]}, 858),
        ({"severity": ["warning", "info"]}, 2142),
        ({"severity": []}, 0),
        ({"code": "MS-010"}, 429),
        ({"division": "接待处"}, 429),
        ({"text": "第〔2998〕处"}, 1),
        ({"text": "支出!G1007"}, 1),
        ({"text": "be-015 999.00"}, 1),
        ({"text": "《4_绩效指标_接待处》"}, 429),
        ({"severity": ["critical"], "division": "接待处", "code": "PI-010", "text": "99"}, None),
        ({"severity": ["info"], "code": "BE-014"}, 0),
        ({"text": "没有这样的话"}, 0),
    ],
)
def test_a_filter_leaves_exactly_the_right_findings(full: Tab, asked: Mapping, count: int | None):
    expected, page = wanted(**asked), full
    assert count is None or len(expected) == count
    page.run(
        f"""(() => {{
        const form = document.getElementById('filter'), asked = {list(asked.get("severity", SEVERITIES))!r};
        const names = {SEVERITIES!r};
        form.querySelectorAll('[name=severity]').forEach(box => {{ box.checked = asked.includes(names[box.value]) }});
        form.elements.code.value = {asked.get("code", "")!r};
        form.elements.division.value = {asked.get("division", "")!r};
        form.elements.text.value = {asked.get("text", "")!r};
        form.dispatchEvent(new Event('change', {{bubbles: true}}));
        }})()"""
    )
    assert sorted(shown(page)) == sorted(expected)
    said = page.run("document.getElementById('matches').textContent")
    if not expected:
        assert said == "没有符合筛选条件的问题，本页共 3000 条。"
        assert page.run("document.querySelectorAll('.group:not([hidden])').length") == 0
    elif asked:
        assert said == f"筛选后列出 {len(expected)} 条，本页共 3000 条。"
    counted = page.run(
        "[...document.querySelectorAll('.group:not([hidden]) .count')].map(c => parseInt(c.textContent))"
    )
    assert sum(counted) == len(expected)
    page.run("document.querySelector('#filter [type=reset]').click()")
    page.run("new Promise(done => setTimeout(done, 50))")
    assert page.run("document.getElementById('matches').textContent") == "没有筛选，列出全部 3000 条。"


def test_a_filter_can_be_kept_as_an_address(tab):
    asked, expected = "#find?severity=1&code=RC-040", sorted(wanted(severity=["warning"], code="RC-040"))
    assert sorted(shown(tab(3000, fragment=asked))) == expected != []
    page = tab(3000)
    page.run(f"location.hash = {asked!r}; new Promise(done => setTimeout(done, 50))")
    assert sorted(shown(page)) == expected


def test_the_script_writes_a_finding_as_the_template_does(pages, tmp_path, monkeypatch, browser):
    cells = [
        {"file": "2_预算执行.xlsx", "sheet": "1-7月", "cell": f"G{n}", "found": f"{n}"} for n in range(50)
    ]
    records = [
        finding(0), finding(1, waived=WAIVED), finding(2, cells=cells), finding(3, found="", expected=""),
        finding(4, cells=[], file="", sheet="", cell=""), finding(5, found="<b>\n{{x}}", expected="\u202e&amp;"),
        finding(6, cells=[{"file": "坏.xlsx", "sheet": "", "cell": "", "found": ""}]),
    ]  # fmt: skip
    cards = []
    for written in (0, 100):
        monkeypatch.setattr(page_findings, "WRITTEN", written)
        path = pages.write(tmp_path / f"{written}.html", records, points=[4, None, "0.5"])
        page = browser.open(path)
        cards.append(
            page.run(
                "[...document.querySelectorAll('.finding')].map(c => c.outerHTML.replace(/>\\s+</g, m => m.includes('\\n') ? '><' : m))"
            )
        )
        assert page.errors == []
        page.close()
    assert cards[0] == cards[1] and len(cards[0]) == 7


def pasted(page: Tab) -> str:
    """What stands on the clipboard, seen by pasting it into the field for text."""
    return page.run("window.copied")


COPIES = (
    "document.addEventListener('copy', e => { window.copied = String(document.activeElement.value) }, true);"
)
CLIPBOARD = (
    "Object.defineProperty(navigator, 'clipboard', {value: {writeText: %s}, configurable: true});"
    "document.execCommand = %s;"
)


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (CLIPBOARD % ("async t => { window.copied = t }", "() => false"), "已复制 支出!G1000"),
        # a local file without leave: the old command copies
        (
            COPIES + CLIPBOARD % ("() => Promise.reject(new Error('no'))", "document.execCommand"),
            "已复制 支出!G1000",
        ),
        (COPIES + "Object.defineProperty(navigator, 'clipboard', {value: undefined})", "已复制 支出!G1000"),
    ],
)
def test_a_cell_address_is_copied_with_the_keyboard(tab, before, said):
    page = tab(3, before=before)
    page.run("document.querySelector('.finding.critical .copy').focus()")
    page.press("Enter", 13, "\r")
    page.run("new Promise(done => setTimeout(done, 100))")
    assert page.run("document.getElementById('said').textContent") == said
    assert page.run("window.copied") == "支出!G1000"
    assert page.run("document.activeElement.className") == "copy"


def test_where_nothing_may_copy_the_address_is_selected(tab):
    page = tab(3, before=CLIPBOARD % ("() => Promise.reject(new Error('no'))", "() => false"))
    page.run("document.querySelector('.finding.critical .copy').click()")
    page.run("new Promise(done => setTimeout(done, 100))")
    assert page.run("document.getElementById('said').textContent") == "请按 Ctrl+C 复制：支出!G1000"
    assert page.run("String(window.getSelection())") == "支出!G1000"
    assert page.errors == []


def test_the_keyboard_reaches_everything_and_shows_where_it_is(tab):
    page = tab(3)
    page.press("Tab", 9)
    assert page.run("document.activeElement.textContent") == "跳到结论"
    assert page.run("document.activeElement.getBoundingClientRect().left") >= 0
    page.press("Enter", 13, "\r")
    assert page.run("location.hash") == "#verdict"
    seen = []
    for _ in range(200):
        page.press("Tab", 9)
        at = page.run(
            "(a => a === document.body ? null : [a.name || a.className || a.tagName, getComputedStyle(a).outlineStyle,"
            "a.getBoundingClientRect().width > 0])(document.activeElement)"
        )
        if at is None:
            break
        seen.append(tuple(at))
    assert {(style, visible) for _, style, visible in seen} == {("solid", True)}
    names = [name for name, *_ in seen]
    for name in ("severity", "code", "division", "text", "copy", "SUMMARY"):
        assert name in names, name
    # three boxes are three stops, and tables with nothing to scroll are none
    assert names.count("severity") == 3 and "scroll" not in names


def test_filtering_with_the_keyboard_is_said_aloud(tab):
    page = tab(3000)
    status = "document.getElementById('matches')"
    assert page.run(f"[{status}.getAttribute('role'), {status}.getAttribute('aria-live')]") == [
        "status",
        "polite",
    ]
    page.run("document.querySelector('[name=severity]').focus()")
    page.press(" ", 32, " ")
    assert page.run(f"{status}.textContent") == f"筛选后列出 {3000 - 858} 条，本页共 3000 条。"
    page.press(" ", 32, " ")
    page.run("document.querySelector('[name=text]').focus()")
    page.type("第〔77〕处")
    page.run("new Promise(done => setTimeout(done, 300))")
    assert page.run(f"{status}.textContent") == "筛选后列出 1 条，本页共 3000 条。"


def test_more_findings_come_fifty_at_a_time_and_keep_the_place(tab):
    page = tab(3000)
    count = "document.querySelector('.group .findings').children.length"
    assert page.run(count) == 50
    page.run("document.querySelector('.more').focus()")
    page.press("Enter", 13, "\r")
    assert page.run(count) == 100
    assert page.run("document.activeElement === document.querySelector('.group .findings').children[50]")


def test_without_its_script_the_page_still_tells_the_first_findings(browser, files):
    page = browser.open(files(0))
    page.ask("Emulation.setScriptExecutionDisabled", value=True)
    page.load(files(3000))
    page.ask("Emulation.setScriptExecutionDisabled", value=False)
    assert page.run("document.querySelectorAll('.finding').length") == 100
    assert page.run("getComputedStyle(document.querySelector('.unscripted')).display") == "block"
    assert page.run("getComputedStyle(document.getElementById('filter')).display") == "none"
    page.close()


def printed(page: Tab, folder: Path) -> Path:
    path = folder / "page.pdf"
    path.write_bytes(page.paper())
    return path


def tool(*command: object) -> str:
    return subprocess.run([str(each) for each in command], capture_output=True, check=True).stdout.decode(
        "utf-8"
    )


def plain(text: str) -> str:
    """A text without white space, its characters in one form: fonts share glyphs between 用 and a radical."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize("count", [3, 3000])
def test_paper_has_every_finding_and_no_controls(tab, tmp_path, count):
    path = printed(tab(count), tmp_path)
    text = plain(tool("pdftotext", "-layout", path, "-"))
    missing = [record["code"] for record in findings(count) if plain(body_of(record)) not in text]
    assert missing == []
    assert all(text.count(f"第〔{number}〕处") >= 1 for number in range(count))
    for control in ("清除筛选", "规则编号全部", "复制单元格", "再显示", "跳到结论"):
        assert control not in text
    # what is folded on the screen is unfolded
    assert "RC-010" in text and "SHA-256" in text and "口径和阈值" in text
    assert re.search(r"第1页,共\d+页", text)


def test_nothing_on_paper_runs_over_its_edge(tab, tmp_path):
    path = printed(tab(3), tmp_path)
    boxes = tool("pdftotext", "-bbox", path, "-")
    sizes = set(re.findall(r'<page width="([\d.]+)" height="([\d.]+)"', boxes))
    assert {(round(float(w)), round(float(h))) for w, h in sizes} == {(595, 842)}
    words = [
        tuple(map(float, each))
        for each in re.findall(r'xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)"', boxes)
    ]
    assert len(words) > 1000
    # a browser lays out in whole pixels
    assert min(left for left, *_ in words) >= SIDE - 2
    assert max(right for _, _, right, _ in words) <= A4[0] - SIDE + 2


def test_after_printing_the_screen_is_as_before(tab):
    page = tab(3000)
    state = (
        "[document.querySelectorAll('.finding').length, document.querySelectorAll('details[open]').length]"
    )
    before = page.run(state)
    page.run("window.dispatchEvent(new Event('beforeprint'))")
    assert page.run(state) == [3000, page.run("document.querySelectorAll('details').length")]
    page.run("window.dispatchEvent(new Event('afterprint'))")
    assert page.run(state) == before


def test_paper_of_a_filtered_page_has_what_is_left_and_says_so(tab, tmp_path):
    page = tab(3000)
    page.run(
        "document.getElementById('filter').elements.code.value = 'RC-040';"
        "document.getElementById('filter').dispatchEvent(new Event('change'))"
    )
    text = plain(tool("pdftotext", printed(page, tmp_path), "-"))
    assert "筛选后列出428条,本页共3000条。" in text
    assert len(re.findall(r"RC-040《6_采购台账》采购台账!I\d+", text)) == 428


def test_three_thousand_findings_stay_under_two_megabytes(files):
    assert files(3000).stat().st_size < 2_000_000
