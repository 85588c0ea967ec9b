"""The page in a real browser: every tab, both languages, wide and narrow; no page error, no request to elsewhere."""

import json
import os
import shutil
import socket
from urllib.parse import urlsplit

import pytest
from PIL import Image

from vae_demo.checkpoints import ROOT
from vae_demo.ui.text import TEXTS

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
if CHROMIUM is None and os.environ.get("CI") != "true":
    pytest.skip("chromium is not installed, so the page is not driven", allow_module_level=True)

# What Gradio's own script says when a page is left while a request is under way.
LEAVING = ("signal is aborted", "Connection errored out")
TABS = ("reconstruct", "denoise", "sample", "interpolate", "arithmetic", "map", "inside")
WAIT = 180_000  # ms; the machine that tests may be busy
SWITCHES = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --use-fake-ui-for-media-stream --use-fake-device-for-media-stream"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The app on a free port; gives its address."""
    patch = pytest.MonkeyPatch()
    patch.setenv("GRADIO_TEMP_DIR", str(tmp_path_factory.mktemp("gradio")))
    patch.setenv("GRADIO_ANALYTICS_ENABLED", "False")
    import app

    demo = app.build("cpu")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
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


# In each tab a control to press, one to move with an arrow key, and the pictures that both of them change.
SLIDER = "input[id^=range_id] >> visible=true >> nth"
CONTROLS = {
    "reconstruct": (".digits [data-digit='7']", f"{SLIDER}=-1", ".draws .figures img"),
    "denoise": ("input[value=masking]", f"{SLIDER}=0", ".denoise-result .figures img"),
    "sample": ("input[value=gaussian]", f"{SLIDER}=0", ".figures img"),
    "interpolate": ("input[value=spherical]", f"{SLIDER}=0", ".film img"),
    "arithmetic": ("input[value=plain]", f"{SLIDER}=0", ".equation img"),
    "map": (".latent-map .map", ".latent-map .map", ".latent-map .below .picture"),
    "inside": (".digits [data-digit='7']", ".board .dim input", ".inside-traversal .three img"),
}
SHOWN = """place => [...document.querySelectorAll(place)].filter(e => e.offsetParent)
  .map(e => e.src ?? e.toDataURL()).join()"""


@pytest.mark.parametrize(
    ("language", "width", "theme", "keys"),
    [("en", 1280, "light", False), ("ko", 1280, "dark", True), ("ko", 375, "light", False), ("en", 375, "dark", True)],
)
def test_every_tab_answers_to_mouse_and_keys(visit, language, width, theme, keys):
    page = visit(f"?lang={language}&__theme={theme}", width, reduced_motion="reduce")  # nothing moves by itself
    for tab in TABS:
        pressed, moved, pictures = CONTROLS[tab]
        button = page.locator(f"#tab-{tab}-button")
        button.press("Enter") if keys else button.click()
        seen(page, pictures)
        panel = page.locator("[role=tabpanel]:visible")
        before = page.evaluate(SHOWN, pictures)
        if keys:
            panel.locator(moved).first.press("ArrowRight")
        else:
            panel.locator(pressed).first.click()
        page.wait_for_function(f"([place, before]) => ({SHOWN})(place) !== before", arg=[pictures, before])
        words = page.inner_text("body")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, tab
        assert "undefined" not in words, tab
        assert ("오토인코더" in words) == (language == "ko")
    assert page.evaluate("document.documentElement.lang") == language


@pytest.mark.parametrize("tab", TABS)
def test_a_link_opens_a_tab_of_faces(visit, tab):
    page = visit(f"?tab={tab}&set=celeba&lang=ko")
    page.wait_for_selector(f"#tab-{tab}-button[aria-selected=true]")
    seen(page, ".face-map-face img" if tab == "map" else CONTROLS[tab][-1])
    assert page.evaluate("document.documentElement.dataset.set") == "celeba"


def test_on_a_slow_network_what_is_cancelled_is_known_by_its_id(visit):
    page = visit("?lang=en")
    seen(page, CONTROLS["reconstruct"][-1])
    page.route("**/queue/join*", lambda route: None)  # they wait
    with page.expect_request("**/queue/join*"):
        page.locator("#tab-sample-button").click()
    page.locator(".dataset input[value=celeba]").check()
    page.wait_for_function("document.documentElement.dataset.set === 'celeba'")
    joined = []
    page.on("response", lambda response: joined.append(response) if "/queue/join" in response.url else None)
    with page.expect_response("**/cancel") as cancelled:
        page.unroute("**/queue/join*")
    assert cancelled.value.ok
    assert cancelled.value.request.post_data_json["event_id"] in [response.json()["event_id"] for response in joined]
    seen(page, CONTROLS["sample"][-1])


@pytest.fixture
def hold():
    """Lets the first `n` questions of a page wait; gives a function that lets them go."""

    def begin(page, n=1):
        held = []
        page.route("**/queue/join*", lambda route: held.append(route) if len(held) < n else route.continue_())
        return lambda: [route.continue_() for route in held]

    return begin


def test_on_a_slow_network_a_tab_that_is_opened_at_once_stays_open(visit, hold):
    page = visit("?lang=en")
    hold(page, 9)
    page.locator("#tab-sample-button").click()
    page.wait_for_timeout(300)
    page.unroute("**/queue/join*")
    seen(page, CONTROLS["sample"][-1])
    page.wait_for_timeout(500)
    assert page.get_attribute("#tab-sample-button", "aria-selected") == "true"


def test_on_a_slow_network_the_first_answer_comes_last_and_is_not_shown(visit, hold):
    page = visit("?lang=en")
    seen(page, CONTROLS["reconstruct"][-1])
    page.wait_for_timeout(1000)
    release = hold(page)
    page.locator("#tab-arithmetic-button").click()
    page.locator("#tab-arithmetic input[value=plain]").click()
    seen(page, ".equation img")
    last = "document.querySelector('.equation .term:last-child img').src"
    plain = page.evaluate(last)
    release()
    seen(page, ".board-pictures img")  # what nobody has asked for since is shown
    page.wait_for_timeout(500)
    assert page.evaluate(last) == plain


def test_on_a_slow_network_a_film_is_made_though_an_answer_is_still_to_come(visit, hold):
    page = visit("?tab=interpolate&lang=en")
    _, slider, pictures = CONTROLS["interpolate"]
    seen(page, pictures)
    page.wait_for_timeout(1000)
    release = hold(page)
    page.locator("#tab-interpolate").locator(slider).first.press("ArrowRight")
    page.wait_for_timeout(300)
    page.locator("#tab-interpolate").locator(slider).first.press("ArrowRight")  # waits in the page for the first answer
    page.locator("#tab-interpolate").get_by_role("button", name=TEXTS["common.film_button"][0]).click()
    page.wait_for_timeout(300)
    release()
    page.locator("#tab-interpolate .film-file img").wait_for()


@pytest.mark.parametrize("query", ["", "?tab=sample", "?tab=inside&set=celeba"])
def test_a_page_asks_for_its_tab_once(visit, query):
    page, asked = visit("?tab=map"), []
    page.on("request", lambda request: asked.append(request) if "/queue/join" in request.url else None)
    page.goto(page.url.split("?")[0] + query)
    seen(page, ".figures img")
    page.wait_for_timeout(2000)
    whole = page.evaluate("window.gradio_config.dependencies.filter(one => one.inputs.length > 100).map(one => one.id)")
    assert len([request for request in asked if request.post_data_json["fn_index"] in whole]) == 1


def test_on_a_slow_network_a_slider_of_the_code_stays_where_it_was_moved(visit, hold):
    page = visit("?tab=inside&section=traversal&lang=en")
    slider, last = page.locator(".board .dim input").first, LAST.format("traversal")
    slider.wait_for()
    page.wait_for_timeout(1000)
    before = page.evaluate(last)
    release = hold(page)
    page.locator("#tab-inside [data-digit='7']").click()
    page.wait_for_timeout(100)
    slider.press("Shift+ArrowRight")
    moved = slider.input_value()
    page.wait_for_function(f"s => {last} !== s", arg=before)
    strip = "document.querySelector('.board .dim img').src"
    before = page.evaluate(strip)
    release()
    page.wait_for_function(f"s => {strip} !== s", arg=before)
    page.wait_for_timeout(100)
    assert float(slider.input_value()) == pytest.approx(float(moved), abs=0.001)


def test_the_digits_follow_the_keys_and_the_pen(visit):
    page = visit("?tab=reconstruct&lang=en")
    seen(page, ".figures img")
    page.select_option(".compare select", index=2)
    page.locator(".compare input").press("Home")
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
    # Before and after: the network that was chosen and the handle stay, and so does what they show.
    chosen = page.locator(".results .figures > figure").nth(3)  # after the input
    assert page.locator(".compare select").evaluate("e => e.selectedOptions[0].text") in chosen.inner_text()
    page.wait_for_function(
        "e => e.src === document.querySelector('.compare .over img').src",
        arg=chosen.locator("> img").element_handle(),
        timeout=10_000,
    )
    assert page.locator(".compare .stack").evaluate("e => e.style.getPropertyValue('--at')") == "0%"


def test_sigma_is_moved_by_the_arrow_keys(visit):
    page = visit("?tab=reconstruct&lang=en")
    seen(page, ".figures img")
    chart = page.locator(".draws svg").first
    chart.wait_for()
    before = chart.inner_html()
    page.locator("input[type=range]:visible").last.press("ArrowRight")
    page.wait_for_function("s => document.querySelector('.draws svg').innerHTML !== s", arg=before)


def test_eps_is_frozen_or_drawn_anew(visit):
    page = visit("?tab=reconstruct&lang=en")
    seen(page, ".results svg.chart")
    seed = page.locator(".seed-row input >> visible=true").first
    page.locator("[role=tabpanel]:visible input[type=range]").last.press("ArrowRight")
    page.wait_for_timeout(500)
    assert seed.input_value() == "0"
    page.locator("input[value=redrawn]").check()
    page.wait_for_function("e => e.value !== '0'", arg=seed.element_handle())
    page.evaluate("""() => { window.asked = 0; const get = window.fetch; window.fetch = (...a) => {
      window.asked += String(a[0]?.url ?? a[0]).includes('queue/join'); return get(...a); }; }""")
    for _ in range(4):
        page.locator("[role=tabpanel]:visible input[type=range]").last.press("ArrowRight")
    page.wait_for_timeout(3000)
    asked = page.evaluate("window.asked")
    page.wait_for_timeout(1000)
    assert page.evaluate("window.asked") == asked  # it has come to rest


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


@pytest.mark.parametrize("digit", ["digit:12", "strokes:20.30-2", "rubbish"])
def test_of_half_a_link_the_rest_is_shown(digit, visit):
    page = visit(f"?tab=denoise&lang=ko&kind=salt_pepper&digit={digit}")
    page.get_by_text("그림을 가리키는 값이 아니에요").first.wait_for()
    seen(page, ".denoise-result .figures img")
    assert page.locator("input[value=salt_pepper]").is_checked()
    assert page.locator("#tab-denoise .digits [aria-pressed=true]").count() == 1  # the digit that is there at first


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("tab=denoise&kind=painted&painted=20.30-25.70_4", "그림을 가리키는 값이 아니에요"),
        ("tab=inside&section=codes&codes.changes=mnist-vq-vae;c9=3,c1", "c1"),
        ("tab=inside&section=dictionary&dictionary.changes=mnist-sae;17=", "17="),
    ],
)
def test_of_half_a_link_of_what_was_made_by_hand_the_rest_is_shown(query, said, visit):
    page = visit(f"?lang=ko&{query}")
    page.locator(".toast-body", has_text=said).first.wait_for()
    seen(page, "[role=tabpanel] img")


def test_a_link_asks_no_other_machine(visit):
    """`visit` fails where one was asked."""
    page = visit("?tab=reconstruct&lang=en&set=mnist&face=png:x), url(http://127.0.0.2:9/track.png")
    seen(page, ".results .figures img")
    page.locator(".dataset label").nth(1).click()
    page.wait_for_function("() => document.querySelectorAll('.results .figures img').length > 10")
    page.wait_for_timeout(500)
    page = visit("?tab=reconstruct&lang=en&set=celeba&digit=constructor")
    seen(page, ".results .figures img")


def test_two_pages_in_two_languages_do_not_mix(visit):
    page = visit("?tab=reconstruct&lang=en")
    seen(page, ".results .figures img")
    other = page.context.new_page()
    other.goto(page.url.replace("lang=en", "lang=ko"))
    other.wait_for_selector(".results figcaption:has-text('입력')")
    before = page.locator(".results .figures img").first.get_attribute("src")
    page.locator("[data-target=reconstruct] [data-digit='7']").click()
    page.wait_for_function("s => document.querySelector('.results .figures img').src !== s", arg=before)
    assert page.locator(".results figcaption b").first.inner_text() == "Input"


def test_a_link_keeps_the_rows_of_a_film(visit):
    page = visit("?tab=interpolate&lang=en&rows=mnist-vae,mnist-dense-ae&stops=1&loop=true&steps=4")
    page.wait_for_function("() => document.querySelectorAll('.film-row').length === 3")
    assert page.locator(".film-row p b").all_inner_texts() == ["dense AE", "VAE", "Cross-fade of pixels"]
    assert page.locator(".film-row").first.locator(".film-strip img").count() == 9  # three ways of three frames
    page.get_by_role("button", name="Make a film").locator("visible=true").click()
    link = page.locator(".film-file a").last
    link.wait_for()
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "a-to-b.webp"
    page.locator("input[value=spherical]").click()
    page.locator(".film-file").wait_for(state="detached")  # it is out of date


@pytest.mark.parametrize("late", [False, True], ids=["stopped in time", "already on its way"])
def test_a_film_under_way_goes_with_what_it_would_show(visit, late):
    page = visit(f"?tab=interpolate&lang=en&steps={15 - late}")  # one that is not remembered yet
    seen(page, ".film img")
    if late:
        page.route("**/cancel", lambda route: None)  # it never arrives
    button = page.locator("button", has_text="Make a film").locator("visible=true")
    page.evaluate("""() => { const get = window.fetch; window.fetch = (...a) => {  // once the film is asked for
      if (String(a[0]?.url ?? a[0]).includes('queue/join') && !window.changed) window.changed = setTimeout(
        () => document.querySelector('input[value=spherical]').click(), 100);
      return get(...a); }; }""")
    button.click()
    page.wait_for_timeout(5000)  # longer than it takes to make
    assert page.evaluate("window.changed") > 0
    assert page.locator(".film-file").count() == 0
    if late:
        return
    for box in page.locator("input[type=checkbox]:checked >> visible=true").all()[::-1]:
        box.uncheck()
    button.click()
    page.get_by_text("Choose at least one variant").first.wait_for()
    page.wait_for_function("e => !e.disabled", arg=button.element_handle())


def test_a_film_that_plays_goes_when_it_is_out_of_date(visit):
    page = visit("?tab=sample&lang=en")
    seen(page, ".figures img")
    page.get_by_role("button", name="Watch a picture").locator("visible=true").click()
    page.get_by_role("button", name="Draw it").locator("visible=true").click()
    page.locator(".film-play >> visible=true").click()
    page.locator(".film-play[aria-pressed=true] >> visible=true").wait_for()
    page.locator("#tab-denoise-button").click()
    seen(page, ".figures img")
    page.locator("#tab-sample-button").click()
    page.wait_for_timeout(1000)  # the tab is brought up to date
    page.locator(".film-play >> visible=true").wait_for()
    page.get_by_role("button", name="Roll the dice").locator("visible=true").first.click()
    page.locator(".film-play >> visible=true").wait_for(state="detached")


def test_what_is_typed_is_taken_to_the_end_or_told(visit):
    page = visit("?tab=sample&lang=ko")
    seen(page, ".figures img")
    said = (
        "[...document.querySelectorAll('[role=tabpanel]')].find(e => e.offsetParent).querySelector('.figures img').alt"
    )
    seed, n = page.get_by_label("시드"), page.get_by_label("모델마다 몇 장? 값 입력")
    assert page.get_by_label("모델마다 몇 장? 슬라이더").count() == 1
    seed = seed.locator("visible=true").first
    seed.fill("")
    seed.press_sequentially("42")
    page.wait_for_function(f"() => {said}.includes('시드 42')")
    assert page.locator(".toast-body").count() == 0
    page.evaluate("""() => { window.asked = 0; const get = window.fetch; window.fetch = (...a) => {
      window.asked += String(a[0]?.url ?? a[0]).includes('queue/join'); return get(...a); }; }""")
    page.wait_for_timeout(3000)
    assert page.evaluate("window.asked") <= 2  # the last ones, and then it is quiet
    n.fill("99")
    page.locator(".toast-title", has_text="확인해 주세요").first.wait_for()
    page.get_by_text("1에서 16 사이의 정수여야 해요").first.wait_for()
    n.fill("1")
    n.fill("12")
    page.wait_for_function(f"() => {said}.includes('샘플 12장')")
    n.fill("99")
    n.press("Tab")
    page.wait_for_function(f"() => {said}.includes('샘플 16장')")
    assert n.input_value() == "16"


def test_an_answer_of_the_other_data_set_comes_too_late(visit):
    page = visit("?tab=reconstruct&lang=en")
    seen(page, ".figures img")
    page.locator("#tab-arithmetic-button").click()
    page.wait_for_timeout(60)  # it has not answered yet
    page.get_by_text("Faces", exact=True).click()
    page.locator(".equation figcaption", has_text="glasses").first.wait_for()
    page.wait_for_timeout(1500)
    assert page.locator(".equation figcaption", has_text="glasses").first.is_visible()


def test_the_fold_out_has_the_success_rates_of_the_cards(visit):
    cards = [json.loads(file.read_text()) for file in sorted(ROOT.glob("celeba-*/card.json"))]
    cards = [card for card in cards if card["class"] != "OrderedAE"]  # which has no place in this tab
    rates = [card["metrics"].get("equation_right_attributes_x1") for card in cards]
    rates = [f"{rate:.0%}" for rate in rates if rate is not None]
    page = visit("?tab=arithmetic&lang=ko&set=celeba")
    seen(page, ".equation img")
    page.get_by_role("button", name="원리와 수식").locator("visible=true").click()
    page.locator("table.rates").wait_for()
    shown = page.locator("table.rates tbody tr td:first-of-type").all_inner_texts()
    assert sorted(words.split()[0] for words in shown) == sorted(rates)


def test_the_language_button_lasts(visit):
    page = visit("?__theme=dark", locale="en-US")
    seen(page)
    page.locator("#tab-denoise-button").click()
    seen(page, ".denoise-result .figures img")
    page.locator("input[value=masking]").click()
    page.get_by_role("button", name="한국어").click()
    page.wait_for_function("() => document.documentElement.lang === 'ko'")
    page.get_by_role("button", name="English").wait_for()
    # What was on screen is there again.
    page.locator("#tab-denoise-button[aria-selected=true]").wait_for()
    page.wait_for_function("() => document.querySelector('input[value=masking]')?.checked")
    assert "__theme=dark" in page.url
    page.goto(page.url.split("?")[0])  # a later visit, without the query
    page.get_by_role("button", name="English").wait_for()


def test_faces_are_one_press_away(visit):
    page = visit("?lang=en")
    seen(page)
    page.get_by_text("Faces", exact=True).click()
    page.wait_for_selector(".picker .faces button >> visible=true")
    page.wait_for_function("() => document.querySelector('.pad canvas').offsetParent === null")


@pytest.mark.parametrize(
    ("query", "language", "side"), [("", "en", 168), ("&set=celeba", "ko", 192)], ids=["digits", "faces"]
)
def test_the_contact_sheet_is_one_picture_that_follows_the_result(visit, tmp_path, query, language, side):
    page = visit(f"?tab=reconstruct&lang={language}{query}")
    seen(page, ".figures img")
    assert page.locator(".sheet img >> visible=true").count() == 0  # nothing is drawn while it is closed
    opens = {"en": "The result as one picture", "ko": "결과를 한 장으로"}[language]
    page.get_by_role("button", name=opens).first.click()  # the second is of the draws below
    sheet, link = page.locator(".sheet img >> visible=true"), page.locator(".sheet a >> visible=true")
    sheet.wait_for()
    assert sheet.count() == 1
    captions = page.locator(".results .figures").first.locator("figcaption :is(b, span)").all_inner_texts()
    alt = sheet.get_attribute("alt")
    assert len(captions) > 20
    assert [words for words in captions if words not in alt] == []
    assert ("입력" in alt) == (language == "ko")
    figures = page.locator(".results .figures").first.locator("figure").count()
    columns = -(-figures // -(-figures // 6))
    width, height = sheet.evaluate("e => [e.naturalWidth, e.naturalHeight]")
    assert width == 14 + columns * (side + 14)
    assert height > -(-figures // columns) * side
    with page.expect_download() as download:
        link.press("Enter")
    assert download.value.suggested_filename == "vae_demo-reconstruct.png"
    download.value.save_as(tmp_path / "sheet.png")
    assert Image.open(tmp_path / "sheet.png").size == (width, height)
    assert link.inner_text() == {"en": "Download this picture", "ko": "이 그림 내려받기"}[language]
    before = sheet.get_attribute("src")
    page.locator("[role=tabpanel]:visible button.random >> visible=true").first.click()
    page.wait_for_function("([e, s]) => e.src !== s", arg=[sheet.element_handle(), before])
    assert sheet.count() == 1


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("tab=denoise", ".denoise-result .figures"),
        ("tab=interpolate&steps=4", ".film"),
        ("tab=arithmetic", ".equation"),
        ("tab=inside&section=traversal", ".board"),
    ],
)
def test_every_kind_of_result_has_its_contact_sheet(visit, query, place):
    page = visit(f"?{query}&lang=en")
    seen(page, f"{place} img")
    page.get_by_role("button", name="The result as one picture").locator("visible=true").first.click()
    sheet = page.locator(".sheet img >> visible=true").first
    sheet.wait_for()
    titles = (
        page.locator(place).locator("visible=true").first.locator(":is(figcaption, p, .name) > b").all_inner_texts()
    )
    assert titles
    assert [title for title in titles if title not in sheet.get_attribute("alt")] == []


@pytest.mark.parametrize(
    ("query", "place", "said", "which"),
    [
        ("tab=reconstruct", ".kept .figures img", "k = 16", 1),
        ("tab=reconstruct", ".draws .figures img", "ε 8", 2),
        ("tab=arithmetic&set=celeba", ".singles .figures img", "right", 1),
        ("tab=inside&section=layers&set=celeba", ".inside-layers .figures img", "encoder.0", 0),
        ("tab=inside&section=attention", ".who-reads canvas", "slot 1", 0),
    ],
    ids=["numbers kept", "draws", "single faces", "layers", "attention"],
)
def test_more_contact_sheets(visit, query, place, said, which):
    page = visit(f"?{query}&lang=en")
    seen(page, place)
    page.get_by_role("button", name="The result as one picture").locator("visible=true").nth(which).click()
    sheet = page.locator(".sheet img >> visible=true")
    sheet.wait_for()
    assert said in sheet.get_attribute("alt")


def test_the_output_of_attention_can_be_sent_on(visit):
    page = visit("?tab=inside&section=attention&lang=en")
    seen(page, ".whole img")
    page.locator(".whole img").press("Enter")
    page.locator(".send-menu").get_by_role("button", name="as input").first.click()
    page.wait_for_function("document.querySelector('#tab-reconstruct-button').ariaSelected === 'true'")
    seen(page, ".figures img")


def test_a_link_that_cannot_be_copied_is_in_the_address_bar(visit):
    page = visit("?tab=sample&lang=ko&seed=7")
    seen(page, ".figures img")
    # A page without https, in a browser that copies nothing.
    page.evaluate(
        "Object.defineProperty(navigator, 'clipboard', {value: undefined}); document.execCommand = () => false"
    )
    button = page.locator(".link-button >> visible=true")
    button.click()
    page.wait_for_function("e => e.textContent.includes('주소창')", arg=button.element_handle())
    assert "seed=7" in page.url
    page.evaluate("document.execCommand = () => { window.copied = document.activeElement.value; return true; }")
    button.click()
    page.wait_for_function("e => e.textContent.includes('복사했어요')", arg=button.element_handle())
    assert page.evaluate("window.copied") == page.url


def test_a_picture_is_sent_on(visit):
    page = visit("?tab=reconstruct&lang=en")
    seen(page, ".figures img")
    picture = page.locator(".figures figure[data-send] > img").nth(1)
    sent = picture.get_attribute("src")
    picture.press("Enter")
    menu = page.locator(".send-menu")
    menu.get_by_role("button", name="as A").first.press("Escape")
    menu.wait_for(state="detached")
    picture.click()
    menu.locator("p", has_text="Denoise").get_by_role("button").click()
    seen(page, ".denoise-result .figures img")
    page.wait_for_function("s => document.querySelector('.denoise-result .figures img').src === s", arg=sent)
    assert page.evaluate("document.activeElement.id") == "tab-denoise-button"
    page.locator(".link-button >> visible=true").click()
    page.get_by_role("button", name="Copied, without your own picture").locator("visible=true").wait_for()
    assert "digit=" not in page.url
    light = """() => document.querySelector('[data-target=denoise] canvas').getContext('2d')
      .getImageData(0, 0, 280, 280).data.some((v, i) => i % 4 < 3 && v > 200)"""  # ink; the words are grey
    page.wait_for_function(light)
    page.locator("[data-target=denoise] .clear").click()
    assert not page.evaluate(light)
    page.wait_for_timeout(300)
    assert not page.evaluate(light)
    page.locator("[data-target=denoise] .undo").click()
    page.wait_for_function(light)


def test_what_was_drawn_is_taken_back_stroke_by_stroke(visit):
    page = visit("?tab=reconstruct&lang=en&digit=digit:7")
    seen(page, ".results .figures img")
    pad = page.locator("[data-target=reconstruct]")
    kept = "() => new URLSearchParams(location.search).get('digit')"
    pad.locator(".clear").click()
    for x in (0.3, 0.7):
        box = pad.locator("canvas").bounding_box()
        page.mouse.move(box["x"] + x * box["width"], box["y"] + 0.2 * box["height"])
        page.mouse.down()
        page.mouse.move(box["x"] + x * box["width"], box["y"] + 0.8 * box["height"], steps=5)
        page.mouse.up()
    page.wait_for_function(f"() => ({kept})()?.split('_').length === 2")
    pad.locator(".undo").click()
    page.wait_for_function(f"() => ({kept})()?.startsWith('strokes:30.20-') && !({kept})().includes('_')")
    pad.locator(".undo").click()
    page.wait_for_function(f"() => ({kept})() === 'digit:7'")
    while pad.locator(".undo").is_enabled():
        pad.locator(".undo").click()
    pad.get_by_role("button", name="7", exact=True).click()
    page.wait_for_function(f"() => ({kept})() === 'digit:7'")


def test_a_picture_of_the_map_is_sent_on(visit):
    page = visit("?tab=map&lang=en", reduced_motion="reduce")  # the cursor rests
    picture = page.locator(".maps .below canvas").nth(2)
    picture.wait_for()
    pixels = """e => { const c = document.createElement('canvas'); c.width = c.height = 28;
      const ink = c.getContext('2d'); ink.drawImage(e, 0, 0);
      return [...ink.getImageData(0, 0, 28, 28).data].join(); }"""
    sent = picture.evaluate(pixels)
    assert len(set(sent.split(","))) > 10
    picture.press("Enter")
    page.locator(".send-menu p", has_text="Denoise").get_by_role("button").click()
    seen(page, ".denoise-result .figures img")
    page.wait_for_function(f"s => ({pixels})(document.querySelector('.denoise-result .figures img')) === s", arg=sent)


def test_one_of_the_samples_is_opened_and_sent_to_a_term(visit):
    page = visit("?tab=sample&lang=en&prior=mixture")
    seen(page, "[data-tiles] > img")
    sheet = page.locator("[data-tiles] > img").first
    box = sheet.bounding_box()
    sheet.click(position={"x": box["width"] * 0.9, "y": box["height"] * 0.5})  # the sixth of nine
    page.get_by_role("button", name="Show its code").click()
    page.get_by_text("Sample 6 of").wait_for()
    sheet.press("ArrowLeft")
    sheet.press("Enter")
    page.get_by_text("Picture 5").wait_for()
    page.locator(".send-menu p", has_text="Arithmetic").get_by_role("button", name="as C").click()
    page.locator(".equation figcaption", has_text="your picture").wait_for()


def test_the_frame_of_a_face_is_chosen_and_set_by_keys(visit, tmp_path):
    import skimage.data

    file = tmp_path / "astronaut.jpg"
    Image.fromarray(skimage.data.astronaut()).save(file)
    page = visit("?tab=reconstruct&lang=en&set=celeba", width=375)
    seen(page, ".figures img")
    first = "document.querySelector('.results .figures img').src"
    page.get_by_text("Your own picture").first.click()
    for change in (
        lambda: page.set_input_files("input[type=file] >> nth=0", str(file)),
        lambda: page.locator("[data-knob=tilt] >> visible=true").press("ArrowRight"),
        lambda: page.locator("[data-knob=side] >> visible=true").press("PageUp"),
    ):
        before = page.evaluate(first)
        change()
        page.wait_for_function(f"s => {first} !== s", arg=before)
    page.get_by_text("We found this face").wait_for()
    # The frame lies over the face that was found: dragged, it moves; pressed, the face is chosen again.
    frame = "document.querySelector('.crop svg .frame').getAttribute('points')"
    set_by_keys, box = page.evaluate(frame), page.locator(".crop svg .frame >> visible=true").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 30, middle[1] + 12, steps=4)
    page.mouse.up()
    dragged = page.evaluate(frame)
    assert dragged != set_by_keys
    page.mouse.click(*middle)
    assert page.evaluate(frame) not in (dragged, set_by_keys)
    # It is no digit; and once it is removed, there is the picture of the beginning again.
    page.get_by_text("Digits", exact=True).click()
    page.locator(".pad [aria-pressed=true] >> visible=true").first.wait_for()
    page.locator(".photo .icon-button").first.click()
    page.get_by_text("Faces", exact=True).click()
    page.locator(".picker [aria-pressed=true] >> visible=true").first.wait_for()
    page.wait_for_function("![...document.querySelectorAll('.crop')].some(crop => crop.offsetParent)")


def test_a_photo_of_the_camera_without_a_face_gets_kind_words_and_a_frame(visit):
    page = visit("?tab=reconstruct&lang=ko&set=celeba", permissions=["camera"])
    seen(page, ".figures img")
    first = "document.querySelector('.results .figures img').src"
    before = page.evaluate(first)
    page.get_by_text("내 사진").first.click()
    photo = page.locator(".photo >> visible=true")
    photo.get_by_label("카메라로 찍기").click()
    photo.get_by_text("눌러서 카메라 켜기").click()
    page.wait_for_function("() => document.querySelector('.photo video')?.videoWidth > 0")
    photo.get_by_label("사진 찍기").click()
    page.wait_for_function(f"s => {first} !== s", arg=before)
    page.get_by_text("얼굴을 찾지 못해서").wait_for()  # Chromium's false camera shows a clock
    page.locator("[data-knob=side] >> visible=true").wait_for()


def test_a_photo_that_is_refused_says_why_as_long_as_it_is_there(visit, tmp_path):
    file = tmp_path / "long.png"
    Image.new("RGB", (2000, 20)).save(file)
    page = visit("?tab=reconstruct&lang=ko&set=celeba")
    seen(page, ".figures img")
    page.get_by_text("내 사진").first.click()
    page.set_input_files("input[type=file] >> nth=0", str(file))
    page.locator(".crop.refused .said", has_text=TEXTS["common.too_long"][1]).wait_for()
    page.locator(".photo .icon-button").first.click()
    page.locator(".crop.refused >> visible=true").wait_for(state="detached")


def test_a_face_that_was_sent_is_seen_where_it_lands(visit):
    page = visit("?tab=reconstruct&lang=en&set=celeba")
    seen(page, ".results .figures img")
    page.locator(".results .figures img").nth(3).click()
    page.locator(".send-menu p", has_text="Interpolate").get_by_role("button", name="as B").click()
    page.locator("#tab-interpolate .faces .sent[aria-pressed=true]").wait_for()
    assert page.locator("#tab-interpolate .faces [aria-pressed=true]").count() == 2  # and A's
    page.locator("#tab-interpolate .faces:has(.sent) button:not(.sent)").first.click()
    page.locator("#tab-interpolate .faces .sent").wait_for(state="detached")


def test_back_forward_and_reload_go_by_tab_and_data_set(visit):
    page = visit("?lang=ko")
    seen(page, CONTROLS["reconstruct"][-1])
    page.locator("#tab-sample-button").click()
    seen(page, CONTROLS["sample"][-1])
    page.locator(".dataset input[value=celeba]").check()
    page.wait_for_function("location.search.includes('set=celeba')")
    there = """([tab, set]) => document.documentElement.dataset.set === set
      && document.getElementById(`tab-${tab}-button`)?.ariaSelected === 'true'"""
    for go, tab, dataset in (
        (page.reload, "sample", "celeba"),
        (page.go_back, "sample", "mnist"),
        (page.go_back, "reconstruct", "mnist"),
        (page.go_forward, "sample", "mnist"),
    ):
        go()
        page.wait_for_function(there, arg=[tab, dataset])
        seen(page, CONTROLS[tab][-1])
    assert page.evaluate("document.documentElement.lang") == "ko"


@pytest.mark.parametrize("tab", TABS)
def test_reload_shows_what_was_set(tab, visit):
    page = visit(f"?tab={tab}&lang=ko&__theme=dark", reduced_motion="reduce")
    pressed, moved, pictures = CONTROLS[tab]
    pictures = ".film-strip img" if tab == "interpolate" else pictures  # the film begins anew
    shown = f"() => ({SHOWN})('{pictures}')"
    if tab == "map":  # its places are rounded in the address, as they are in its words
        shown = "() => [...document.querySelectorAll('.latent-map .where')].map(e => e.innerText).join()"
    seen(page, pictures)
    panel = page.locator("[role=tabpanel]:visible")
    for press in (panel.locator(pressed).first.click, lambda: panel.locator(moved).first.press("ArrowRight")):
        before = page.evaluate(shown)
        press()
        page.wait_for_function(f"before => ({shown})() !== before", arg=before)
    page.wait_for_timeout(2500)  # until all has been answered, and is in the address
    before, asked = page.evaluate(shown), page.url
    assert "__theme=dark" in asked
    page.reload()
    page.wait_for_function(f"before => ({shown})() === before", arg=before)
    assert page.url == asked


def test_a_change_of_language_asks_before_a_picture_of_ones_own_is_left_behind(visit, tmp_path):
    file = tmp_path / "grey.png"
    Image.new("RGB", (80, 80), "grey").save(file)
    page = visit("?tab=reconstruct&lang=ko&set=celeba")
    seen(page, ".figures img")
    page.get_by_text("내 사진").first.click()
    page.set_input_files("input[type=file] >> nth=0", str(file))
    page.locator(".crop .stage img >> visible=true").wait_for()
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.locator(".language").click()
    page.wait_for_function("!location.search.includes('upload')")
    page.wait_for_timeout(500)
    assert asked == [TEXTS["common.left_behind"][1]]
    assert page.locator(".crop .stage img >> visible=true").count() == 1
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator(".language").click()
    page.get_by_text("Autoencoders to touch").first.wait_for()


def test_a_link_keeps_the_sliders_of_the_board(visit):
    page = visit("?tab=arithmetic&lang=en&digit=digit:3&Thick=-2&Slanted=0&directions=naive")
    page.get_by_text("Thick -2.00").first.wait_for()
    assert page.locator("input[value=naive]").is_checked()


def test_a_bad_upload_is_said_in_korean_and_the_result_stays(visit, tmp_path):
    page = visit("?tab=reconstruct&lang=ko")
    seen(page, ".figures img")
    file = tmp_path / "broken.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    page.get_by_text("내 사진").first.click()
    page.set_input_files("input[type=file] >> nth=0", str(file))
    page.get_by_text("그림 파일로 읽을 수 없어요").first.wait_for()
    assert page.locator(".figures img").first.is_visible()


LAST = "document.querySelector('.inside-{} .three figure:last-child img').src"  # what the hand has changed


def test_sliders_of_the_code_move_the_picture_and_go_back(visit):
    page = visit("?tab=inside&section=traversal&lang=en")
    slider = page.locator(".board .dim input").first
    slider.wait_for()
    last = LAST.format("traversal")
    page.wait_for_function(f"() => {last}")
    before = page.evaluate(last)
    for _ in range(5):
        slider.press("Shift+ArrowRight")
    page.wait_for_function(f"s => {last} !== s", arg=before)
    page.locator(".told", has_text="z").first.wait_for()
    assert "sigma" in slider.get_attribute("aria-valuetext")
    page.locator(".board .reset").click()
    page.wait_for_function(f"s => {last} === s", arg=before)
    page.locator(".board .dim img").nth(1).click(position={"x": 3, "y": 10})  # a picture of a strip
    page.wait_for_function(f"s => {last} !== s", arg=before)


def test_a_choice_made_while_an_answer_is_under_way_is_not_lost(visit):
    page = visit("?tab=inside&section=traversal&lang=en")
    page.locator(".board").wait_for()
    page.wait_for_timeout(1000)
    radios = "[...document.querySelectorAll('.inside-traversal input[type=radio]')]"
    page.evaluate(f"""async () => {{
        for (const name of ['mnist-conv-vae', 'mnist-beta-vae', 'mnist-vae']) {{
            {radios}.find(one => one.value === name).click();
            await new Promise(done => setTimeout(done, 40));
        }}
        {radios}.findLast(one => one.value === 'mnist-conv-vae').click();  // beside
    }}""")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.inside-traversal .board')].length === 2 "
        "&& document.querySelector('.board').dataset.checkpoint === 'mnist-vae'",
        timeout=30_000,
    )
    assert page.evaluate(f"() => {radios}.filter(e => e.checked).map(e => e.value)") == ["mnist-vae", "mnist-conv-vae"]


def test_an_atom_is_muted_and_doubled(visit):
    page = visit("?tab=inside&section=dictionary&lang=ko")
    atom = page.locator(".atoms .atom").first
    atom.wait_for()
    last = LAST.format("dictionary")
    page.wait_for_function(f"() => {last}")
    before = page.evaluate(last)
    atom.press("Enter")
    page.wait_for_function(f"s => {last} !== s", arg=before)
    assert "꺼짐" in atom.get_attribute("aria-label")
    muted = page.evaluate(last)
    atom.click()
    page.wait_for_function("([a, b]) => ![a, b].includes(" + last + ")", arg=[before, muted])
    atom.click()
    page.wait_for_function(f"s => {last} === s", arg=before)
    page.wait_for_function("() => document.querySelector('.inside-dictionary canvas').width > 300")


def test_codes_are_chosen_by_keys_and_painted_by_hand(visit):
    page = visit("?tab=inside&section=codes&lang=en&codes.changes=mnist-vq-vae;c10=5")
    page.locator(".cells button.painted").wait_for()
    assert "code 5, was" in page.locator(".cells button").nth(10).get_attribute("aria-label")
    page.locator(".cells button.chosen").press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    chosen = page.locator(".cells button:focus")
    own = chosen.get_attribute("data-own")
    entry = page.locator(f".book button:not([data-k='{own}'])").nth(3)
    entry.press("Enter")
    page.get_by_text("2 codes changed").wait_for()
    page.locator(".paint").click()
    entry.click()
    page.locator(".bar .reset").scroll_into_view_if_needed()
    box = page.locator(".cells").bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + box["height"] * 0.93)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 5, box["y"] + box["height"] * 0.93, steps=12)
    page.mouse.up()
    row = page.locator(".cells button").evaluate_all("cells => cells.slice(42).map(cell => cell.dataset.code)")
    assert row == [entry.get_attribute("data-k")] * 7
    painted = page.locator(".cells button.painted").count()
    page.get_by_text(f"{painted} codes changed").wait_for()
    page.wait_for_function(f"() => {LAST.format('codes')} === document.querySelector('.inside-codes .over img').src")
    page.locator(".bar .reset").click()
    page.get_by_text("0 codes changed").wait_for()


def test_every_section_of_inside_fits_a_phone(visit):
    page = visit("?tab=inside&lang=ko", width=375)
    page.locator(".sections input").first.wait_for()
    names = page.evaluate("() => [...document.querySelectorAll('.sections input')].map(e => e.value)")
    assert {"traversal", "dictionary", "codes"} <= set(names)
    for name in names:
        page.locator(f".sections input[value={name}]").check(force=True)
        page.locator(f".inside-{name} :is(img, canvas, svg) >> visible=true").first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 375, name
