"""The contact sheet: a tab's result as one picture to download, which the browser draws when its fold-out is opened.

There it has the fonts of the visitor, Korean ones too, and costs the server nothing.
"""

import gradio as gr

from vae_demo.ui.scripts import asset, script
from vae_demo.ui.text import t, words


def sheet(place: str) -> None:
    """The sheet of the first thing in this tab that the CSS selector `place` finds, in a closed fold-out.

    That is a grid of figures, a film or a board of strips.
    """
    with gr.Accordion(t("common.sheet"), open=False):
        gr.HTML(
            html_template='<div class="sheet" hidden><img alt=""><p><a href="#"></a></p></div>',
            css_template=asset("sheet.css"),
            js_on_load=script("sheet.js", place=place, words=words("common.sheet_download")),
        )
