"""Scripts of assets/ as text, for `gr.HTML(js_on_load=...)`."""

from pathlib import Path

ASSETS = Path(__file__).parent / "assets"


def asset(file: str) -> str:
    """The text of a file of assets/."""
    return (ASSETS / file).read_text(encoding="utf-8")


def canvas(*files: str) -> str:
    """Files of a script that draws on canvas, after the helpers that all such scripts share."""
    return "\n".join(asset(file) for file in ("helpers.js", *files))
