"""The page: a header with the switch digits/faces, and the tabs below it.

Each tab is a module with `build(room: Room, dataset: gr.Radio) -> Tab`, called inside its own `gr.Tab`. It makes its
components and events, and says with `Tab` how the page refreshes it: when it is opened, and when the data set changes.
Parts that belong to one data set only carry the class "for-mnist" or "for-celeba".
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import gradio as gr
from gradio.components import Component
from gradio.events import Dependency

from vae_demo.ui import (
    arithmetic,
    denoise,
    figures,
    gallery,
    inside,
    interpolate,
    latent_map,
    reconstruct,
    references,
    sample,
    send,
)
from vae_demo.ui.checks import warned
from vae_demo.ui.controls import Radio
from vae_demo.ui.links import linked, restored
from vae_demo.ui.room import DATASETS, Room
from vae_demo.ui.scripts import asset, script
from vae_demo.ui.tab import MODEL, Tab, afterwards, seen
from vae_demo.ui.text import say, t, words
from vae_demo.ui.text.common import GRADIO

TABS = {
    "reconstruct": reconstruct.build,
    "denoise": denoise.build,
    "sample": sample.build,
    "interpolate": interpolate.build,
    "arithmetic": arithmetic.build,
    "map": latent_map.build,
    "inside": inside.build,
}

FONTS = [
    "system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Apple SD Gothic Neo", "Noto Sans KR",
    "Noto Sans CJK KR", "Malgun Gothic", "sans-serif",
]  # fmt: skip
MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "Noto Sans Mono", "D2Coding", "monospace"]
SAID = ("link", "link_done", "link_done_part", "link_shown", "link_shown_part", "left_behind")  # by page.js


# Tells the server that an answer came too late; see assets/late.js.
LATE = "document.addEventListener('late', () => { props.value = String(Date.now()); });"


def theme() -> gr.themes.Base:
    """Gradio's default with fonts that every machine has, so that nothing is fetched, and in colours that read well."""
    plain = gr.themes.Default(primary_hue="blue", neutral_hue="slate", font=FONTS, font_mono=MONO)
    return plain.set(  # WCAG wants 4.5:1 on white, and of white
        color_accent="*primary_600",
        body_text_color_subdued="*neutral_600",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
    )


def css() -> str:
    return asset("page.css") + asset("figures.css") + asset("decoders.css") + inside.STYLE


def head() -> str:
    """The scripts of the page: the data set as an attribute, the language button, "use as", mends for Gradio."""
    scripts = (
        script("helpers.js", "page.js", words=words(*(f"common.{key}" for key in SAID))),
        send.menu(),
        script("gradio.js", words=words(*(f"common.gradio.{said}" for said in GRADIO))),
        script("cancel.js"),
        script("late.js"),
    )
    return "".join(f"<script>{{\n{script}\n}}</script>" for script in scripts)


def build(room: Room) -> gr.Blocks:
    """The whole page for what is in the room."""
    title = "Autoencoders to touch · 만져 보는 오토인코더"
    with ThreadPoolExecutor(1) as beside, gr.Blocks(title=title, analytics_enabled=False, fill_width=True) as page:
        faces = beside.submit(gallery.style, room, references.astronaut())  # networks compute while the page is built
        with gr.Row(elem_classes="top"):
            gr.Markdown(t("common.page_title"), elem_classes="page-title")
            language = gr.Button(t("common.language"), size="sm", min_width=80, elem_classes="language")
        with gr.Row(elem_classes="choice"):
            dataset = Radio(
                [(t(f"common.{name}"), name) for name in DATASETS],
                value="mnist" if room.of("mnist") or not room.of("celeba") else "celeba",
                label=t("common.dataset"),
                show_label=False,
                container=False,
                elem_classes="dataset",
            )
            gr.Markdown(t("common.subtitle"), elem_classes="subtitle")
        warning = gr.HTML(visible=bool(room.skipped))
        current = gr.HTML("", html_template="<i></i>", elem_classes="away")  # the tab that is seen, once it is known
        late = gr.HTML("", html_template="<i></i>", js_on_load=LATE, elem_classes="away")
        parts: dict[str, Tab] = {}
        tabs_of: dict[str, gr.Tab] = {}
        with gr.Tabs(selected="reconstruct", elem_id="tabs", overflow_behavior="wrap") as tabs:
            for name, build_tab in TABS.items():
                with gr.Tab(t(f"{name}.title"), id=name, elem_id=f"tab-{name}", render_children=True) as tab:
                    parts[name] = build_tab(room, dataset)
                    tabs_of[name] = tab
        language.click(None, js="() => window.switchLanguage()", api_visibility="private")
        gr.HTML(f"<style>{faces.result()}</style>", container=False, padding=False)
        page.unload(_left(room))
        opened = _follow_tabs(parts, tabs_of, current)
        _follow_dataset(parts, dataset, current, opened)
        _refreshes(late.change, parts, current)
        _follow_link(page, room, parts, current, [tabs, dataset, warning])
        for event in page.fns.values():
            before = page.fns.get(event.trigger_after) if event.trigger_after is not None else None
            event.fn = warned(event.fn, told=bool(before and before.fn)) if event.fn else None
    return page


def _follow_tabs(parts: Mapping[str, Tab], tabs_of: Mapping[str, gr.Tab], current: gr.HTML) -> Dependency:
    """Opening a tab brings it up to date; gives that event."""
    for name, tab in tabs_of.items():  # until `current` is known, a link may open another one than the page does
        went = f"now => {{ window.tab = '{name}'; now && wentTo({{ tab: '{name}' }}); return now && '{name}'; }}"
        tab.select(None, current, current, js=went, **_PRIVATE)
    opened = _refreshes(current.change, parts, current, trigger_mode="multiple")
    told = "name => { document.dispatchEvent(new CustomEvent('tab-opened', { detail: name })); }"
    afterwards(opened, None, current, None, js=told, **_PRIVATE)  # assets/send.js waits for it
    return opened


def _follow_dataset(parts: Mapping[str, Tab], dataset: gr.Radio, current: Component, opened: Dependency) -> None:
    """Another data set brings the tab that is seen up to date."""
    went = f"d => {{ wentTo({{ set: d }}); {_SHOW} }}"
    # Of what was opened just before, the answer would be of the other data set.
    chosen = dataset.input(None, dataset, None, js=went, cancels=[opened], **_PRIVATE)
    _refreshes(chosen.then, parts, current)


def _follow_link(
    page: gr.Blocks, room: Room, parts: Mapping[str, Tab], current: Component, of_page: list[Component]
) -> None:
    """Opening the page restores what its address holds; `of_page` are the tabs, the data set and the warning."""
    fields = [(name, key, component) for name, part in parts.items() for key, component in part.link.items()]
    _, dataset, _ = of_page

    def restore(request: gr.Request):
        query = request.query_params
        asked = query.get("tab") in parts  # else the tab that is seen, which may be another one by now
        name = query.get("tab") if asked else "reconstruct"
        values = [linked(room, c, query.get(key), request) if tab == name else gr.skip() for tab, key, c in fields]
        damaged = ", ".join(line.partition(":")[0] for line in room.skipped)  # the rest is for the log
        words = figures.note(say("common.skipped", request, names=damaged)) if damaged else ""
        return [gr.Tabs(selected=name) if asked else gr.skip(), restored(dataset, query.get("set")), words, *values]

    came = page.load(restore, None, [*of_page, *(c for _, _, c in fields)], **_PRIVATE)
    came.then(None, dataset, None, js=f"d => {{ {_SHOW} }}", **_PRIVATE)
    link = f"{list(TABS)}.find(name => name === new URLSearchParams(location.search).get('tab'))"
    came.then(None, None, current, js=f"() => {link} ?? window.tab ?? 'reconstruct'", **_PRIVATE)


def _refreshes(after: Callable, parts: Mapping[str, Tab], current: Component, **options) -> Dependency:
    """After this, the tab that is seen is brought up to date."""
    inputs = [c for part in parts.values() for c in part.inputs]
    outputs = [c for part in parts.values() for c in part.outputs]
    return after(seen(parts), [current, *inputs], outputs, **_EVENT | options)


_SHOW = "document.documentElement.dataset.set = d;"
_PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_EVENT: dict[str, Any] = {**MODEL, **_PRIVATE}


def _left(room: Room):
    def left(request: gr.Request) -> None:
        room.uploads.release(request.session_hash or "")

    return left
