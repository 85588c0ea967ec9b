"""The tab Inside: one picture, and a look into one kind of network at a time; a section a module.

A section is a module with `build(room, dataset, picture) -> Tab`, called inside its own column. It makes its
components and the events of its own controls; the tab calls its `refresh` when it is opened, when the data set changes
and when the picture does. Its words begin with its name: "traversal.title". Its `link` is kept under its name too.
"""

import gradio as gr

from vae_demo.ui import inputs
from vae_demo.ui.inside import attention, codes, dictionary, layers, replay, traversal
from vae_demo.ui.room import Room
from vae_demo.ui.tab import MODEL, Tab, link_button, seen
from vae_demo.ui.text import t

SECTIONS = {
    "traversal": traversal.build,
    "dictionary": dictionary.build,
    "codes": codes.build,
    "attention": attention.build,
    "layers": layers.build,
    "replay": replay.build,
}
WITHOUT_PICTURE: tuple[str, ...] = ("replay",)  # sections that look at no picture of the visitor's
FIRST = next(iter(SECTIONS))

# The browser hides all sections but the one that <html data-inside> names, the first one where it names none.
HIDDEN = [
    f"html{'[data-inside]' if name == FIRST else ''}:not([data-inside={name}]) .inside-{name}" for name in SECTIONS
] + [f"html[data-inside={name}] .inside-picture" for name in WITHOUT_PICTURE]
STYLE = ", ".join(HIDDEN) + " { display: none !important; }\n"


def build(room: Room, dataset: gr.Radio) -> Tab:
    """The tab's content."""
    parts: dict[str, Tab] = {}
    gr.Markdown(t("inside.intro"), elem_classes="lead")
    section = gr.Radio(
        [(t(f"{name}.title"), name) for name in SECTIONS],
        value=FIRST,
        label=t("inside.section"),
        show_label=False,
        container=False,
        elem_classes="sections",
    )
    with gr.Row(elem_classes="work"):
        with gr.Column(scale=1, min_width=280, elem_classes="side inside-picture"):
            picture = inputs.build(room, "common.input", "digit:4:3", inputs.default_face(room), "inside")
        with gr.Column(scale=3, min_width=300):
            for name, build_section in SECTIONS.items():
                with gr.Column(elem_classes=f"inside-{name}"):
                    parts[name] = build_section(room, dataset, picture)
                    fields = {"section": section, "digit": picture.digit, "face": picture.face}
                    link_button("inside", dataset, fields | links(name, parts[name]))

    own_inputs = [component for part in parts.values() for component in part.inputs]
    outputs = [component for part in parts.values() for component in part.outputs]
    refresh = seen(parts)
    section.change(
        None, section, None, js="s => { document.documentElement.dataset.inside = s; }", api_visibility="private"
    )
    gr.on(
        [section.input, *picture.triggers],
        refresh,
        [section, *own_inputs],
        outputs,
        api_visibility="private",
        **MODEL,
    )
    link = {"section": section, "digit": picture.digit, "face": picture.face}
    for name, part in parts.items():
        link |= links(name, part)
    return Tab(refresh, [section, *own_inputs], outputs, link)


def links(name: str, part: Tab) -> dict:
    """What the permalink keeps of a section, under its name: "traversal.model"."""
    return {f"{name}.{key}": component for key, component in part.link.items()}
