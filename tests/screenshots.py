"""Screenshots of every tab in both languages at 1280 and 375 px: python tests/screenshots.py FOLDER [ADDRESS].

Without an ADDRESS it starts the app itself. With --readme before FOLDER it takes the README's pictures instead: one a
tab and language, in few colours.
"""

import os
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

TABS = ("reconstruct", "denoise", "sample", "interpolate", "arithmetic", "map")
SECTIONS = ("traversal", "dictionary", "codes", "attention", "layers", "replay")  # of the tab Inside
VIEWS = {tab: f"tab={tab}" for tab in TABS} | {f"inside-{name}": f"tab=inside&section={name}" for name in SECTIONS}

RESULTS = ".figures img, .film-now, .maps canvas, .stage img, .stage canvas, svg"  # what a tab is opened for


def shoot(address: str, folder: Path, datasets: tuple[str, ...]) -> None:
    """Writes FOLDER/<view>-<data set>-<language>-<width>.png; the view's name alone for digits."""
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for dataset in datasets:
            for name, query in VIEWS.items():
                for language in ("en", "ko"):
                    for width in (1280, 375):
                        page = browser.new_page(viewport={"width": width, "height": 900})
                        page.goto(f"{address}?{query}&set={dataset}&lang={language}")
                        page.wait_for_selector("[role=tabpanel] :is(img, canvas, .note):visible", timeout=120_000)
                        page.wait_for_timeout(2500)
                        kind = "" if dataset == "mnist" else f"-{dataset}"
                        file = folder / f"{name}{kind}-{language}-{width}.png"
                        page.screenshot(path=file, full_page=True)
                        page.close()
                        print(file)
        browser.close()


def illustrate(address: str, folder: Path) -> None:
    """Writes FOLDER/<tab>-<language>.png, the upper part of each tab as a laptop shows it."""
    from PIL import Image
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for tab in (*TABS, "inside"):
            for language in ("en", "ko"):
                dataset = "celeba" if tab in ("arithmetic", "sample") else "mnist"
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                page.set_default_timeout(180_000)
                page.goto(f"{address}?tab={tab}&set={dataset}&lang={language}&__theme=light")
                page.wait_for_selector(f"#tab-{tab} :is({RESULTS}) >> visible=true")
                page.wait_for_timeout(4000)
                file = folder / f"{tab}-{language}.png"
                page.screenshot(path=file)
                page.close()
                Image.open(file).convert("RGB").quantize(160, dither=Image.Dither.NONE).save(file, optimize=True)
                print(file)
        browser.close()


def main() -> None:
    readme = "--readme" in sys.argv
    words = [word for word in sys.argv[1:] if word != "--readme"]
    folder = Path(words[0])
    if len(words) > 1:
        illustrate(words[1], folder) if readme else shoot(words[1], folder, ("mnist", "celeba"))
        return
    import app
    from vae_demo import names

    demo = app.build("cpu")
    port = app.free_port("127.0.0.1", 7960)
    _, address, _ = app.launch(demo, server_name="127.0.0.1", server_port=port, prevent_thread_lock=True, quiet=True)
    faces = any(name.startswith("celeba-") for name in names())
    illustrate(address, folder) if readme else shoot(address, folder, ("mnist", "celeba") if faces else ("mnist",))
    demo.close()


if __name__ == "__main__":
    main()
