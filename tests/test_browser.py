"""The page in a real browser: every tab, both languages, wide and narrow; no page error, no request to elsewhere."""

import os
import shutil
import socket
from urllib.parse import urlsplit

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
if CHROMIUM is None and os.environ.get("CI") != "true":
    pytest.skip("chromium is not installed, so the page is not driven", allow_module_level=True)

# What Gradio's own script says when a page is left while a request is under way.
LEAVING = ("signal is aborted", "Connection errored out")
TABS = ("reconstruct", "denoise", "sample", "interpolate", "arithmetic", "map")
WAIT = 180_000  # ms; the machine that tests may be busy
SWITCHES = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The app on a free port; gives its address."""
    patch = pytest.MonkeyPatch()
    patch.setenv("GRADIO_TEMP_DIR", str(tmp_path_factory.mktemp("gradio")))
    patch.setenv("GRADIO_ANALYTICS_ENABLED", "False")
    import app

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    demo = app.build("cpu")
    app.launch(demo, server_name="127.0.0.1", server_port=port, prevent_thread_lock=True, quiet=True)
    yield f"http://127.0.0.1:{port}/"
    demo.close()
    patch.undo()


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES.split())
        yield chromium
        chromium.close()


@pytest.fixture
def visit(server, browser):
    """Opens the page with a query; afterwards there must have been no page error and no request to elsewhere."""
    errors, requests, contexts = [], [], []

    def open_page(query: str, width: int = 1280, **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(WAIT)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("request", lambda request: requests.append(request.url))
        page.goto(server + query)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [error for error in errors if not any(words in error for words in LEAVING)] == []
    assert {urlsplit(url).hostname for url in requests if not url.startswith(("data:", "blob:"))} == {"127.0.0.1"}


def seen(page, selector="img"):
    """Waits for a picture in the tab that is open."""
    page.wait_for_selector(f"[role=tabpanel]:visible :is({selector}) >> visible=true")


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("tab", TABS)
def test_a_tab_opens_with_something_to_see(visit, tab, language):
    page = visit(f"?tab={tab}&lang={language}")
    seen(page, "img, canvas, svg")
    assert page.evaluate("document.documentElement.lang") == language
    assert ("오토인코더" in page.inner_text("body")) == (language == "ko")
    assert "undefined" not in page.inner_text("body")


@pytest.mark.parametrize("tab", TABS)
def test_a_phone_does_not_scroll_sideways(visit, tab):
    page = visit(f"?tab={tab}&lang=ko&__theme=dark", width=375)
    seen(page, "img, canvas, svg")
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_the_digits_follow_the_keys_and_the_pen(visit):
    page = visit("?tab=reconstruct&lang=en")
    seen(page, ".figures img")
    first = page.locator(".figures img").first
    before = first.get_attribute("src")
    page.get_by_role("button", name="7", exact=True).first.press("Enter")
    page.wait_for_function("s => document.querySelector('.figures img').src !== s", arg=before)
    before = first.get_attribute("src")
    box = page.locator(".pad canvas").first.bounding_box()
    page.mouse.move(box["x"] + 80, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 150, steps=8)
    page.mouse.move(box["x"] + 140, box["y"] + 230, steps=8)
    page.mouse.up()
    page.wait_for_function("s => document.querySelector('.figures img').src !== s", arg=before)


def test_sigma_is_moved_by_the_arrow_keys(visit):
    page = visit("?tab=reconstruct&lang=en")
    seen(page, ".figures img")
    chart = page.locator(".results svg").first
    chart.wait_for()
    before = chart.inner_html()
    page.locator("input[type=range]:visible").last.press("ArrowRight")
    page.wait_for_function("s => document.querySelector('.results svg').innerHTML !== s", arg=before)


def test_the_noise_changes_with_its_kind(visit):
    page = visit("?tab=denoise&lang=ko")
    seen(page, ".denoise-result .figures img")
    damaged = "document.querySelectorAll('.denoise-result .figures img')[1].src"
    before = page.evaluate(damaged)
    page.get_by_text("픽셀 지우기").click()
    page.wait_for_function(f"s => {damaged} !== s", arg=before)
    before = page.evaluate(damaged)
    page.get_by_text("직접 칠하기").click()
    page.wait_for_function(f"s => {damaged} !== s", arg=before)
    page.wait_for_selector(".brush canvas >> visible=true")


def test_a_link_restores_a_tab(visit):
    page = visit("?tab=denoise&lang=en&kind=salt_pepper&strength=0.25&digit=digit:2:1&seed=5")
    seen(page, ".denoise-result .figures img")
    page.wait_for_function("() => document.querySelector('input[value=salt_pepper]')?.checked")
    strength = page.locator("[role=tabpanel]:visible input[type=range]").first
    page.wait_for_function("([e, value]) => e.value === value", arg=[strength.element_handle(), "0.25"])


def test_the_language_button_lasts(visit):
    page = visit("", locale="en-US")
    seen(page)
    page.get_by_role("button", name="한국어").click()
    page.wait_for_function("() => document.documentElement.lang === 'ko'")
    page.get_by_role("button", name="English").wait_for()
    page.goto(page.url.split("?")[0])  # a later visit, without the query
    page.get_by_role("button", name="English").wait_for()


def test_faces_are_one_press_away(visit):
    page = visit("?lang=en")
    seen(page)
    page.get_by_text("Faces", exact=True).click()
    page.wait_for_selector(".picker .faces img >> visible=true")
    page.wait_for_function("() => document.querySelector('.pad canvas').offsetParent === null")


def test_a_picture_is_sent_on(visit):
    page = visit("?tab=reconstruct&lang=en")
    seen(page, ".figures img")
    page.locator(".figures figure[data-send] > img").nth(1).click()
    page.get_by_role("button", name="Use in Denoise").click()
    seen(page, ".denoise-result .figures img")
    page.wait_for_function("() => document.querySelector('.denoise-result .figures img')")


def test_a_bad_upload_is_said_in_korean_and_the_result_stays(visit, tmp_path):
    page = visit("?tab=reconstruct&lang=ko")
    seen(page, ".figures img")
    file = tmp_path / "broken.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    page.get_by_text("내 사진").first.click()
    page.set_input_files("input[type=file] >> nth=0", str(file))
    page.get_by_text("그림 파일로 읽을 수 없어요").first.wait_for()
    assert page.locator(".figures img").first.is_visible()
