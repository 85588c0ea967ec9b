"""Renders a card as a model card, and all cards as the table of the README and of its Korean twin."""

import re
from pathlib import Path

from vae_demo.checkpoints import names
from vae_demo.files import read_json

MARK = re.compile(r"(<!-- checkpoints -->\n).*?(\n<!-- /checkpoints -->)", re.DOTALL)
LICENCE = {"mnist": "cc-by-sa-3.0", "celeba": "other"}

# Of the table, in English and Korean; the last column has those of these measures that a card has.
HEADS = (
    "| checkpoint | network | D | parameters | MSE | PSNR dB | SSIM | more |",
    "| 체크포인트 | 신경망 | D | 파라미터 | MSE | PSNR dB | SSIM | 그 밖에 |",
)
MORE = {
    "kl": ("KL {:.1f} nats", "KL {:.1f}nat"),
    "nll_importance_200": ("NLL {:.1f} nats", "NLL {:.1f}nat"),
    "bits": ("{:.0f} bits", "{:.0f}비트"),
    "bits_under_prior": ("{:.0f} under its prior", "사전분포를 쓰면 {:.0f}비트"),
    "on_share": ("{:.1%} of units on", "켜진 유닛 {:.1%}"),
    "first_8_psnr": ("8 of its numbers alone {:.1f} dB", "수 8개만으로 {:.1f} dB"),
    "denoised_psnr": ("noise of sigma 0.5 to {:.1f} dB", "시그마 0.5 잡음을 {:.1f} dB까지"),
    "glasses_kept": ("glasses kept {:.0%}", "안경 유지 {:.0%}"),
    "equation_right_attributes_x1": ("equation right {:.0%}", "식 성공 {:.0%}"),
    "equation_right_attributes_x1_groups": ("of groups {:.0%}", "집단으로 {:.0%}"),
}
# A sigmoid is never quite off: what the KL penalty holds down is the units' mean.
MORE_OF_SIGMOIDS = {"mean_activation": ("mean activation {:.3f}", "평균 활성값 {:.3f}")}


def model_card(card: dict) -> str:
    """The README.md of a checkpoint folder, with the front matter of the Hugging Face Hub."""
    training, intervals = card["training"], card.get("intervals", {})
    rows = [
        f"| {key} | {value:g} | {'{:g} to {:g}'.format(*intervals[key]) if key in intervals else ''} |"
        for key, value in card["metrics"].items()
    ]
    return "\n".join(
        [
            "---",
            "library_name: vae_demo",
            f"license: {LICENCE[card['dataset']]}",
            f"tags: [autoencoder, {card['dataset']}]",
            "---",
            f"# {card['name']}",
            "",
            f"`{card['class']}`, {card['parameters']:,} parameters, for [vae_demo](../../README.md).",
            "",
            f"Made with seed {training['seed']} and torch {training['torch']}. {_runs(training)}",
            "",
            *_prior(card),
            f"Trained on {card['data']['name']}, {card['data']['split']} split; measured on "
            f"{card['measured_on']['pictures']:,} pictures of the {card['measured_on']['split']} split "
            "(for faces, of people who are not in the training split).",
            "",
            card["terms"],
            "",
            *_against_pca(card),
            "| on held-out pictures | | 95% interval |",
            "| --- | --- | --- |",
            *rows,
            "",
        ]
    )


def _prior(card: dict) -> list[str]:
    """One paragraph on the code prior, where there is one."""
    if "prior" not in card:
        return []
    return [f"Its code prior ({card['prior']['parameters']:,} parameters). {_runs(card['prior']['training'])}", ""]


def _runs(training: dict) -> str:
    """The runs that made the weights, newest first."""
    before = [f"Before that: {_run(run)}" for run in reversed(training.get("earlier", []))]
    return " ".join([_run(training), *before])


def _run(run: dict) -> str:
    """One run of a checkpoint's training, as a sentence."""
    start = f", from the weights of `{run['started_from']}`" if run["started_from"] else ""
    note = f" {run['note']}" if "note" in run else ""
    seen = f"{run['images']:,} pictures in {run['seconds']:,} s on {run['hardware']}"
    return f"`{run['command']}`: {seen}{start}.{note}"


def readme_table(checkpoints: Path, readme: Path) -> None:
    """Rewrites the table between the two marks of the README and of its Korean twin README.ko.md, where they exist."""
    cards = {name: read_json(checkpoints / name / "card.json") for name in names(checkpoints)}
    for file, head, language in zip((readme, readme.with_suffix(".ko.md")), HEADS, (0, 1), strict=True):
        if not file.exists():
            continue
        lines = [head, "|---|---|---|---|---|---|---|---|"]
        for name, card in cards.items():
            m = card["metrics"]
            lines.append(
                f"| [`{name}`](checkpoints/{name}) | {card['class']} | {card['latent_dim']} | "
                f"{card['parameters']:,} | {m['mse']:.4f} | {m['psnr']:.1f} | {m['ssim']:.3f} | "
                f"{_more(name, m, language)} |"
            )
        file.write_text(_between_marks(file.read_text(encoding="utf-8"), "\n".join(lines)), encoding="utf-8")


def _between_marks(text: str, table: str) -> str:
    return MARK.sub(lambda found: found[1] + table + found[2], text)


# What a variant gets for the squared error that PCA of the same D would have saved.
GAINS = {
    "ae": "a longer training would bring it below",
    "ordered": "the first k of its numbers have to be a code for every k, and all of them pay for that",
    "attention": "its code is a few slots that attend to places; it shows who reads what",
    "dae": "it learned to undo damage, and pays for that on whole pictures",
    "vae": "the KL term holds the codes near N(0, I), so that they can be sampled and mixed",
    "beta": "a KL term that counts several times leaves fewer dimensions to carry the picture",
    "perceptual": "glasses, eyes and mouths count more than pixels: see the shares of glasses kept and added below",
    "kl": "it never saw a reconstruction term: it shows what the KL term alone does",
}


def _against_pca(card: dict) -> list[str]:
    """One sentence on PCA with as many dimensions, for the cards of models that it beats or that beat it."""
    m, words = card["metrics"], card["name"].split("-")
    if "pca_mse" not in m:
        return []
    said = f"PCA with the same number of dimensions leaves an MSE of {m['pca_mse']:.4g}, this model {m['mse']:.4g}"
    if m["mse"] <= m["pca_mse"]:
        return [f"{said}.", ""]
    order = ("ordered", "attention", "perceptual", "beta", "kl", "dae", "vae", "ae")
    why = next((f": {GAINS[word]}" for word in order if word in words), "")
    return [f"{said}{why}.", ""]


def _more(name: str, m: dict[str, float], language: int) -> str:
    said = MORE_OF_SIGMOIDS if name.endswith("-sae-kl") else MORE
    return ", ".join(words[language].format(m[key]) for key, words in said.items() if key in m)
