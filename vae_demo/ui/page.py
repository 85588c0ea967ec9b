"""The page: a header with the switch digits/faces, and the tabs below it.

Each tab is a module with `build(room: Room, dataset: gr.Radio) -> Tab`, called inside its own `gr.Tab`. It makes its
components and events, and says with `Tab` how the page refreshes it: when it is opened, and when the data set changes.
Parts that belong to one data set only carry the class "for-mnist" or "for-celeba".
"""

import inspect
from pathlib import Path

import gradio as gr

from vae_demo.ui import arithmetic, denoise, figures, interpolate, latent_map, reconstruct, sample
from vae_demo.ui.room import DATASETS, Room
from vae_demo.ui.tab import Tab, restored
from vae_demo.ui.text import say, t

TABS = {
    "reconstruct": reconstruct.build,
    "denoise": denoise.build,
    "sample": sample.build,
    "interpolate": interpolate.build,
    "arithmetic": arithmetic.build,
    "map": latent_map.build,
}

ASSETS = Path(__file__).parent / "assets"
FONTS = [
    "system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Apple SD Gothic Neo", "Noto Sans KR",
    "Noto Sans CJK KR", "Malgun Gothic", "sans-serif",
]  # fmt: skip
MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "Noto Sans Mono", "D2Coding", "monospace"]


def theme() -> gr.themes.Base:
    """Gradio's default with fonts that every machine has: nothing is fetched from elsewhere."""
    return gr.themes.Default(primary_hue="blue", neutral_hue="slate", font=FONTS, font_mono=MONO)


def css() -> str:
    return (ASSETS / "page.css").read_text(encoding="utf-8") + figures.STYLE


def head() -> str:
    """The script of the page: the data set as an attribute, "use as", the language button."""
    return f"<script>{(ASSETS / 'page.js').read_text(encoding='utf-8')}</script>"


def build(room: Room) -> gr.Blocks:
    """The whole page for what is in the room."""
    with gr.Blocks(title="Autoencoders to touch · 만져 보는 오토인코더", analytics_enabled=False,
                   fill_width=True, delete_cache=(600, 3600)) as page:  # fmt: skip
        with gr.Row(elem_classes="top"):
            gr.Markdown(t("common.page_title"), elem_classes="page-title")
            language = gr.Button(t("common.language"), size="sm", min_width=80, elem_classes="language")
        gr.Markdown(t("common.subtitle"), elem_classes="subtitle")
        dataset = gr.Radio(
            [(t(f"common.{name}"), name) for name in DATASETS],
            value="mnist" if room.of("mnist") or not room.of("celeba") else "celeba",
            label=t("common.dataset"),
            show_label=False,
            container=False,
            elem_classes="dataset",
        )
        warning = gr.HTML(visible=bool(room.skipped))
        current = gr.State("reconstruct")
        parts: dict[str, Tab] = {}
        tabs_of: dict[str, gr.Tab] = {}
        with gr.Tabs(selected="reconstruct", elem_id="tabs", overflow_behavior="wrap") as tabs:
            for name, build_tab in TABS.items():
                with gr.Tab(t(f"{name}.title"), id=name, elem_id=f"tab-{name}", render_children=True) as tab:
                    parts[name] = build_tab(room, dataset)
                    tabs_of[name] = tab
        language.click(None, js="() => window.switchLanguage()", api_visibility="private")
        _wire(page, room, parts, tabs_of, tabs, dataset, current, warning)
    return page


def _wire(page, room, parts, tabs_of, tabs, dataset, current, warning) -> None:
    """Opening a tab, changing the data set and opening the page bring the tab that is seen up to date."""
    for name, tab in tabs_of.items():
        tab.select(_opened(name, parts[name]), parts[name].inputs, [current, *parts[name].outputs], **_EVENT)
    inputs = [c for part in parts.values() for c in part.inputs]
    outputs = [c for part in parts.values() for c in part.outputs]
    dataset.change(None, dataset, None, js="d => { document.documentElement.dataset.set = d; }", **_PRIVATE)
    dataset.change(_seen(parts), [current, *inputs], outputs, **_EVENT)
    fields = [(f"{name}", key, component) for name, part in parts.items() for key, component in part.link.items()]

    def restore(request: gr.Request):
        query = request.query_params
        name = query.get("tab") if query.get("tab") in parts else "reconstruct"
        values = [restored(c, query.get(key)) if tab == name else gr.skip() for tab, key, c in fields]
        damaged = ", ".join(line.partition(":")[0] for line in room.skipped)  # the rest is for the log
        words = figures.note(say("common.skipped", request, names=damaged)) if damaged else ""
        return [gr.Tabs(selected=name), name, restored(dataset, query.get("set")), words, *values]

    restored_event = page.load(restore, None, [tabs, current, dataset, warning, *(c for _, _, c in fields)], **_PRIVATE)
    restored_event.then(None, dataset, None, js="d => { document.documentElement.dataset.set = d; }", **_PRIVATE)
    restored_event.then(_seen(parts), [current, *inputs], outputs, **_EVENT)


_PRIVATE = {"api_visibility": "private", "show_progress": "hidden"}
_EVENT = {**_PRIVATE, "concurrency_id": "model", "concurrency_limit": 2, "trigger_mode": "always_last"}


def _call(part: Tab, values, request: gr.Request) -> list:
    """The results of a tab's handler, as a list."""
    wants = "request" in inspect.signature(part.refresh).parameters
    result = part.refresh(*values, request=request) if wants else part.refresh(*values)
    return [result] if len(part.outputs) == 1 else list(result)


def _opened(name: str, part: Tab):
    def opened(request: gr.Request, *values):
        return [name, *_call(part, values, request)]

    return opened


def _seen(parts: dict[str, Tab]):
    """Refreshes the tab that is seen and leaves the others as they are."""

    def seen(request: gr.Request, current: str, *values):
        results, start = [], 0
        for name, part in parts.items():
            own = values[start : start + len(part.inputs)]
            start += len(part.inputs)
            results += _call(part, own, request) if name == current else [gr.skip() for _ in part.outputs]
        return results

    return seen
