"""The face map, Attention and Training replayed in a browser, by keys and mouse; what stays in it asks no server."""

import os
import re
import shutil

import pytest

from vae_demo.checkpoints import names

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
WAIT = 180_000  # ms; the machine that tests may be busy
pytestmark = pytest.mark.skipif(CHROMIUM is None and os.environ.get("CI") != "true", reason="no Chromium")


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def visit(server, chromium):
    """Opens the page with a query; afterwards there must have been no page error."""
    errors, contexts = [], []

    def opened(query, **options):
        contexts.append(chromium.new_context(reduced_motion="reduce", **options))
        page = contexts[-1].new_page()
        page.set_default_timeout(WAIT)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"http://127.0.0.1:{server.port}/{query}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


def requests_of(page):
    """A list that fills with the requests of the page from now on."""
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


@pytest.mark.skipif("celeba-vae" not in names(), reason="no face model")
def test_the_face_follows_the_cursor_by_keys_and_mouse(visit):
    page = visit("?tab=map&set=celeba&lang=en&face=celeba-vae%3A1%2C-1.5")
    face = page.locator(".face-map-face img").first
    page.get_by_text("+1.00 σ₁, -1.50 σ₂").first.wait_for()
    before = face.get_attribute("src")
    plane = page.locator(".face-map .plane")
    plane.press("Shift+ArrowLeft")
    page.get_by_text("+0.50 σ₁, -1.50 σ₂").first.wait_for()
    assert face.get_attribute("src") != before
    box = plane.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 6)
    page.get_by_text(re.compile(r"^[+-]0\.0\d σ₁, \+2\.0\d σ₂")).first.wait_for()
    plane.press("Home")
    page.get_by_text("0.00 σ from the average face").wait_for()
    page.wait_for_function("document.querySelector('.face-map .unseen-text').textContent.includes('nearest group')")


@pytest.mark.skipif("mnist-attention-ae" not in names(), reason="no attention autoencoder")
def test_a_pressed_place_says_what_it_read_and_asks_nobody(visit):
    page = visit("?tab=inside&section=attention&lang=en&attention.place=attention%3A8")
    output = page.get_by_label("Output. Arrow keys")
    page.get_by_text("Row 2, column 2 of the output").wait_for()
    asked = requests_of(page)
    output.press("ArrowRight")
    output.press("ArrowDown")
    page.get_by_text("Row 3, column 3 of the output").wait_for()
    box = output.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.93, box["y"] + box["height"] * 0.07)
    page.get_by_text("Row 1, column 7 of the output").wait_for()
    first = page.get_by_text("Row 1, column 7 of the output").inner_text()
    page.get_by_role("button", name="gradient").click()
    page.wait_for_function("text => !document.body.innerText.includes(text)", arg=first)
    assert asked == []
    shares = [int(share) for share in re.findall(r"slot \d: (\d+)%", page.locator(".who-reads .slots").inner_text())]
    assert 97 <= sum(shares) <= 103


@pytest.mark.skipif("mnist-vae-2d" not in names(), reason="no 2-D model")
def test_training_is_replayed_by_keys_and_asks_nobody(visit):
    page = visit("?tab=inside&section=replay&lang=en&replay.moment=3")
    page.get_by_text("moment 4 of 30").wait_for()
    asked = requests_of(page)
    bar = page.get_by_label("Moment of the training")
    canvas = page.locator(".replay .map").first
    before = canvas.evaluate("canvas => canvas.toDataURL()")
    for _ in range(4):
        bar.press("PageUp")
    page.get_by_text("moment 24 of 30").wait_for()
    assert canvas.evaluate("canvas => canvas.toDataURL()") != before
    page.get_by_role("button", name="▶ Play").click()
    page.get_by_text("moment 30 of 30").wait_for()
    page.get_by_role("button", name="▶ Play").wait_for()
    page.wait_for_function("document.querySelector('.replay .unseen-text').textContent.includes('5,000 of 5,000')")
    assert asked == []
    assert page.locator(".inside-picture").is_hidden()


@pytest.mark.parametrize(
    "query", ["tab=map&set=celeba", *(f"tab=inside&section={s}" for s in ("attention", "layers", "replay"))]
)
def test_a_phone_does_not_scroll_sideways(visit, query):
    page = visit(f"?{query}&lang=ko&__theme=dark", viewport={"width": 375, "height": 800})
    page.wait_for_selector("[role=tabpanel]:visible :is(canvas, svg, .figures img) >> visible=true")
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    assert re.search(r"undefined|NaN|\{\w+\}", page.locator("[role=tabpanel]:visible").inner_text()) is None
