"""The arrows: models <- priors <- checkpoints, ops <- ui <- app, training apart; all imports are requirements."""

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted([*ROOT.glob("*.py"), *ROOT.glob("vae_demo/**/*.py")])
BASE = {"models", "device"}
READ = {"priors", "files", "consistency", "checkpoints", "images", "ops", "faces", "novelty", "replay", "vae_demo"}
MAY_IMPORT = {
    "models": {"models"},
    "device": set(),
    "images": BASE,
    "priors": BASE,
    "files": BASE | {"priors"},
    "moves": set(),
    "plane": set(),
    "consistency": BASE | {"priors", "files"},
    "checkpoints": BASE | {"priors", "files", "consistency", "moves"},
    "faces": BASE | {"files", "checkpoints", "images"},
    "replay": BASE | {"files"},
    "ops": BASE | {"priors", "checkpoints", "images"},
    "novelty": BASE | {"checkpoints", "ops"},
    "vae_demo": {"checkpoints"},
    "ui": BASE | READ | {"plane", "ui"},
    "training": BASE | READ | {"moves", "plane", "training"},
    "app": BASE | {"vae_demo", "checkpoints", "ui"},
}
ONLY_IN = {"gradio": {"ui", "app"}, "tqdm": {"training"}, "sklearn": {"training"}}
SLOW = {"torchvision", "skimage", "sklearn", "huggingface_hub"}  # imported where they are used, for a quick start
PACKAGE = {"PIL": "pillow", "skimage": "scikit-image", "sklearn": "scikit-learn"}


def layer_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return parts[0] if len(parts) == 1 else "vae_demo" if parts[1] == "__init__" else parts[1]


def imports(tree: ast.AST) -> set[str]:
    """Full names of the modules that any import statement within names."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the arrows"
            assert node.module is not None
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= names if node.module == "vae_demo" else {node.module}
    return found


def top_level_imports(tree: ast.Module) -> set[str]:
    plain = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    return imports(ast.Module(plain, []))


def required(name: str) -> set[str]:
    """The packages that a requirements file names, with those of the files it includes."""
    found = set()
    for line in (ROOT / name).read_text().splitlines():
        if line.startswith("-r "):
            found |= required(line.removeprefix("-r ").strip())
        elif line and not line.startswith("#"):
            found.add(re.split(r"[^\w-]", line)[0].lower().replace("_", "-"))
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_the_arrows(file):
    tree, layer = ast.parse(file.read_text(encoding="utf-8")), layer_of(file)
    assert layer in MAY_IMPORT, f"{file.name}: say in this test what it may import"
    for name in imports(tree):
        package, _, rest = name.partition(".")
        if package == "vae_demo":
            target = rest.split(".")[0]
            target = target if target in MAY_IMPORT else "vae_demo"  # a name of the package's own face
            assert target in MAY_IMPORT[layer], f"{layer} imports {name}"
        if package in ONLY_IN:
            assert layer in ONLY_IN[package], f"{layer} imports {package}"
    slow = {name.partition(".")[0] for name in top_level_imports(tree)} & SLOW
    assert not slow, f"{slow} at the top of {file.name} slows every start"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_import_is_required(file):
    """No dependency is there by luck: what a file imports is named in the requirements that it runs with."""
    known = required("requirements-training.txt" if layer_of(file) == "training" else "requirements.txt")
    for name in imports(ast.parse(file.read_text(encoding="utf-8"))):
        package = name.partition(".")[0]
        if package not in sys.stdlib_module_names and package not in ("vae_demo", "__future__"):
            assert PACKAGE.get(package, package).replace("_", "-") in known, f"{file.name} imports {package}"


def test_every_file_says_what_it_is():
    texts = {file: file.read_text(encoding="utf-8") for file in FILES}
    without = [file.name for file, text in texts.items() if text.strip() and not ast.get_docstring(ast.parse(text))]
    assert without == []
