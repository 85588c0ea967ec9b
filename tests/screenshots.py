"""Screenshots of every tab in both languages at 1280 and 375 px: python tests/screenshots.py FOLDER [ADDRESS].

Without an ADDRESS it starts the app itself.
"""

import os
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

TABS = ("reconstruct", "denoise", "sample", "interpolate", "arithmetic", "map")


def shoot(address: str, folder: Path, datasets: tuple[str, ...]) -> None:
    """Writes FOLDER/<tab>-<data set>-<language>-<width>.png; the tab name alone for digits."""
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for dataset in datasets:
            for tab in TABS:
                for language in ("en", "ko"):
                    for width in (1280, 375):
                        page = browser.new_page(viewport={"width": width, "height": 900})
                        page.goto(f"{address}?tab={tab}&set={dataset}&lang={language}")
                        page.wait_for_selector("[role=tabpanel] img:visible, canvas:visible", timeout=120_000)
                        page.wait_for_timeout(2500)
                        kind = "" if dataset == "mnist" else f"-{dataset}"
                        file = folder / f"{tab}{kind}-{language}-{width}.png"
                        page.screenshot(path=file, full_page=True)
                        page.close()
                        print(file)
        browser.close()


def main() -> None:
    folder = Path(sys.argv[1])
    if len(sys.argv) > 2:
        shoot(sys.argv[2], folder, ("mnist", "celeba"))
        return
    import app
    from vae_demo import names

    demo = app.build("cpu")
    port = app.free_port("127.0.0.1", 7960)
    _, address, _ = app.launch(demo, server_name="127.0.0.1", server_port=port, prevent_thread_lock=True, quiet=True)
    faces = any(name.startswith("celeba-") for name in names())
    shoot(address, folder, ("mnist", "celeba") if faces else ("mnist",))
    demo.close()


if __name__ == "__main__":
    main()
