"""No serious or critical fault that axe finds, in every tab: English in light colours, Korean in dark ones."""

from pathlib import Path

import pytest

axe_playwright_python = pytest.importorskip("axe_playwright_python")
from test_browser import CHROMIUM, SWITCHES, TABS, WAIT  # noqa: E402

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
FAULTS = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
  .filter(v => ['serious', 'critical'].includes(v.impact) || v.id === 'heading-order')
  .flatMap(v => v.nodes.map(n => `${v.id}: ${n.target} ${n.html.slice(0, 120)}`))"""

UNFOLD = "() => document.querySelectorAll('button.label-wrap:not(.open)').forEach(b => b.offsetParent && b.click())"


@pytest.mark.parametrize(("language", "theme", "dataset"), [("en", "light", "mnist"), ("ko", "dark", "celeba")])
def test_axe_finds_nothing_serious(server, language, theme, dataset):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES.split())
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(WAIT)
        page.goto(f"http://127.0.0.1:{server.port}/?lang={language}&__theme={theme}&set={dataset}")
        page.wait_for_selector("[role=tabpanel]:visible img >> visible=true")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        faults = {}
        for tab in TABS:
            page.locator(f"#tab-{tab}-button").click()
            page.wait_for_selector(f"#tab-{tab} :is(img, canvas, svg, p) >> visible=true")
            page.wait_for_function("() => !document.querySelector('[role=tabpanel] .pending')")
            page.evaluate(UNFOLD)
            page.wait_for_timeout(1000)
            page.wait_for_function("() => ![...document.querySelectorAll('.empty')].some(e => e.offsetParent)")  # code
            faults[tab] = page.evaluate(FAULTS)
        browser.close()
    assert {tab: found for tab, found in faults.items() if found} == {}
