"""How smoothly the four latent maps follow the mouse, in headless Chromium: python tests/frames.py [ADDRESS].

Prints the time between frames, what the page's own script takes of each, what the decoding of all four maps takes by
itself, and which requests left the page meanwhile. Without an ADDRESS it starts the app itself. Nothing else should
run on the machine.
"""

import math
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

SECONDS = 10  # of moving
WAIT = 120_000  # ms
CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync")  # fmt: skip

# Before the page's scripts: `frames` gets the time of each frame, `work` what the callbacks of each took.
WATCH = """
window.frames_ = [];
window.work = new Map();
const ask = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = call => ask(now => {
  const began = performance.now();
  call(now);
  window.work.set(now, (window.work.get(now) ?? 0) + performance.now() - began);
});
const tick = now => { window.frames_.push(now); ask(tick); };
ask(tick);
"""

# After the script of the maps, with their data: milliseconds of decoding all four, at places all over them.
DECODE = """
const maps = data.map(one => new LatentMap(one));
const times = [];
for (let i = 0; i < 600; i++) {
  const places = maps.map(map => map.fromShare([0.8 * Math.cos(i / 9), 0.8 * Math.sin(i / 7)]));
  const began = performance.now();
  maps.forEach((map, k) => map.model.decode(places[k]));
  if (i >= 100) times.push(performance.now() - began); // compiled by then
}
return times;
"""


def summary(times: Sequence[float]) -> str:
    """ "median 16.7 ms, p95 17.1 ms of 500"."""
    ordered = sorted(times)
    middle, high = (ordered[min(len(ordered) - 1, int(part * len(ordered)))] for part in (0.5, 0.95))
    return f"median {middle:.2f} ms, p95 {high:.2f} ms of {len(ordered)}"


def measure(address: str) -> None:
    """Prints the figures for the app at that address."""
    from playwright.sync_api import sync_playwright

    import vae_demo
    from vae_demo.ui import latent_map

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(CHROMIUM))
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(WAIT)
        page.add_init_script(WATCH)
        page.goto(f"{address}?tab=map&set=mnist&lang=en")
        page.wait_for_function("document.querySelector('.latent-map .where')?.textContent")
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        box = page.locator(".latent-map .map").first.bounding_box()
        assert box is not None
        start = page.evaluate("performance.now()")
        last, i = 0.0, 0
        while last < 1000 * SECONDS:
            x, y = 0.5 + 0.4 * math.cos(i / 8), 0.5 + 0.4 * math.sin(i / 11)
            page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
            i += 1
            if i % 20 == 0:
                last = page.evaluate("performance.now()") - start
        frames, work = page.evaluate(
            """start => {
              const frames = window.frames_.filter(now => now >= start);
              return [frames, frames.map(now => window.work.get(now) ?? 0)];
            }""",
            start,
        )
        seen = list(requests)
        maps = [latent_map.map_of(vae_demo.load(name, "cpu")) for name in latent_map.MAPS]
        decoding = browser.new_page().evaluate(f"data => {{{latent_map.SCRIPT}\n{DECODE}}}", maps)
        browser.close()
    moved = [time for time in work if time > 0]  # frames in which the cursor had moved
    print(f"{i} moves of the mouse in {last / 1000:.0f} s")
    print(f"from frame to frame:          {summary([b - a for a, b in zip(frames, frames[1:], strict=False)])}")
    print(f"the page's script in a frame: {summary(moved)}")
    print(f"decoding all four maps:       {summary(decoding)}")
    print(f"requests meanwhile: {len(seen)} {seen}")


def main() -> None:
    if len(sys.argv) > 1:
        measure(sys.argv[1])
        return
    import app

    demo = app.build("cpu")
    port = app.free_port("127.0.0.1", 7960)
    _, address, _ = app.launch(demo, server_name="127.0.0.1", server_port=port, prevent_thread_lock=True, quiet=True)
    measure(address)
    demo.close()


if __name__ == "__main__":
    main()
