"""The words of the page in English and Korean, side by side in each file so that none is missed."""

import re

import gradio as gr

from vae_demo.ui.text import (
    arithmetic,
    blur,
    common,
    decoders,
    denoise,
    dimensions,
    face_map,
    inside,
    inside_attention,
    inside_codes,
    inside_dictionary,
    inside_layers,
    inside_replay,
    inside_step,
    inside_traversal,
    interpolate,
    latent_map,
    lengths,
    rate,
    reconstruct,
    sample,
)

LANGUAGES = ("en", "ko")
TEXTS: dict[str, tuple[str, str]] = {
    **common.TEXTS,
    **reconstruct.TEXTS,
    **denoise.TEXTS,
    **dimensions.TEXTS,
    **decoders.TEXTS,
    **blur.TEXTS,
    **lengths.TEXTS,
    **rate.TEXTS,
    **sample.TEXTS,
    **interpolate.TEXTS,
    **arithmetic.TEXTS,
    **latent_map.TEXTS,
    **face_map.TEXTS,
    **inside.TEXTS,
    **inside_attention.TEXTS,
    **inside_codes.TEXTS,
    **inside_dictionary.TEXTS,
    **inside_layers.TEXTS,
    **inside_replay.TEXTS,
    **inside_step.TEXTS,
    **inside_traversal.TEXTS,
}


def together(words: str) -> str:
    """Markdown in which a Korean particle stays with the formula or the bracket before it: browsers break lines there."""
    words = re.sub(r"\)(?=[가-힣])", ")\N{WORD JOINER}", words)
    return re.sub(r"(?<!\$)(\$[^$]+\$)([가-힣]+)", r"<span class='together'>\1\2</span>", words)


# Gradio translates the labels itself; it chooses by `navigator.language`, which `ui.language` sets.
I18N = gr.I18n(
    **{language: {key: together(pair[i]) for key, pair in TEXTS.items()} for i, language in enumerate(LANGUAGES)}
)


def t(key: str):
    """The marker that Gradio replaces by the words of the visitor's language: for labels, Markdown, choices."""
    if key not in TEXTS:
        raise KeyError(key)
    return I18N(key)


def words(*keys: str) -> dict[str, dict[str, str]]:
    """Both languages, for scripts that choose in the browser: {"en": {"clear": ...}, "ko": ...}."""
    return {lang: {key.partition(".")[2]: TEXTS[key][i] for key in keys} for i, lang in enumerate(LANGUAGES)}


def language(request: gr.Request | None) -> str:
    """ "en" or "ko": the visitor's choice (cookie), else what the browser prefers; English for programs.

    It is noted on the request, since each look at its cookies makes Gradio write and read JSON.
    """
    if request is None:
        return "en"
    if "language" not in vars(request):
        vars(request)["language"] = _language(request)
    return vars(request)["language"]


def _language(request: gr.Request) -> str:
    chosen = (request.cookies or {}).get("lang")
    if chosen in LANGUAGES:
        return chosen
    wanted = (request.headers or {}).get("accept-language") or ""
    known = [part.strip()[:2].lower() for part in wanted.split(",")]
    return next((code for code in known if code in LANGUAGES), "en")


def say(key: str, request: gr.Request | None, **values) -> str:
    """The words themselves, for toasts and for HTML that a handler builds; `values` fill the braces."""
    words = TEXTS[key][LANGUAGES.index(language(request))]
    return words.format(**values) if values else words
