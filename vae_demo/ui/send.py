""" "Use as": the inputs to which any picture on screen can be sent; assets/send.js shows the menu."""

from vae_demo.ui.scripts import script
from vae_demo.ui.text import TEXTS, words

# tab -> its inputs, each with the key of what the menu says; the names are those of `inputs.build(target=...)`.
TARGETS = {
    "reconstruct": (("reconstruct", "as_input"),),
    "denoise": (("denoise", "as_input"),),
    "interpolate": (("a", "as_a"), ("b", "as_b")),
    "arithmetic": (
        ("arithmetic-a", "as_a"),
        ("arithmetic-b", "as_b"),
        ("arithmetic-c", "as_c"),
        ("board", "as_board"),
    ),
    "inside": (("inside", "as_input"),),
}
WORDS = ("use_as", "as_input", "as_a", "as_b", "as_c", "as_board", "save", "open", "picture")


def menu() -> str:
    """The script of the menu, for the page's head."""
    said = words(*(f"common.{key}" for key in WORDS))
    titles = {tab: TEXTS[f"{tab}.title"] for tab in TARGETS}
    said = {lang: said[lang] | {tab: pair[i] for tab, pair in titles.items()} for i, lang in enumerate(said)}
    return script("send.js", words=said, targets=list(TARGETS.items()))
