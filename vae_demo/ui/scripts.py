"""Scripts of assets/ as text, for `gr.HTML(js_on_load=...)`."""

import json
from pathlib import Path

ASSETS = Path(__file__).parent / "assets"


def asset(file: str) -> str:
    """The text of a file of assets/."""
    return (ASSETS / file).read_text(encoding="utf-8")


def script(*files: str, **data) -> str:
    """These files, and before them `data`, if any; the props of a gr.HTML get lost when its tab is not open yet."""
    constant = [f"const data = {json.dumps(data)};"] if data else []
    return "\n".join([*constant, *map(asset, files)])


def canvas(*files: str, **data) -> str:
    """The same of a script that draws on canvas, after the helpers that all such scripts share."""
    return script("helpers.js", *files, **data)
