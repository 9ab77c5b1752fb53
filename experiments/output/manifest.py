"""`NAME.json`: what the results of that name are, so that they can be told from others and drawn again. Imports no torch."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from experiments.config.stopping import UntilDecided
from experiments.config.study import Arm, Study
from experiments.config.trial import config_from_dict
from experiments.files import locked, write_text

# What the commands write under the name of a study, beside its figures and its description.
TABLES_AND_TIMES = (".csv", ".timing.csv", ".means.csv.gz", ".finals.csv.gz", "_time.png")


# Of trained networks, see `experiments.output.model_file`.
MODEL_SUFFIX = ".safetensors"
# What of an arm's name is better not in a file's name.
UNFIT = re.compile(r"[^\w.=+-]+")


def model_ends(study: Study) -> list[str]:
    """How the names of the files with each arm's networks end: `_adam.safetensors`, or the suffix alone for a single arm."""
    if len(study.arms) == 1:
        return [MODEL_SUFFIX]
    return [f"_{UNFIT.sub('_', arm.name)}{MODEL_SUFFIX}" for arm in study.arms]


@dataclass(frozen=True)
class Manifest:
    """A study, the digests of its settings and of the data its files show, and what it was computed by."""

    study: Study
    data_digest: str
    computed_by: dict[str, Any]

    def to_text(self) -> str:
        """JSON."""
        study = self.study
        values = {
            "name": study.name,
            "title": study.title,
            "command": study.command,
            "first_seed": study.seeds.start,
            "rounds": study.rounds,
            "figures": list(study.figures),
            **({"stopping": study.stopping} if study.stopping else {}),
            **({"until_decided": asdict(study.until)} if study.until else {}),
            "settings_digest": study.settings_digest(),
            "data_digest": self.data_digest,
            **self.computed_by,
            "arms": {arm.name: arm.config.to_dict() for arm in study.arms},
        }
        return json.dumps(values, indent=2) + "\n"


def read_manifest(folder: Path | str, name: str) -> Manifest | None:
    """The description of the results of a name, or None when there is none that can be understood.

    Example:
        >>> from experiments import STUDIES, read_manifest, run_study
        >>> result = run_study(STUDIES["train"].build(rounds=4, given={"hidden": (5,), "epochs": 3}), "results")
        >>> read_manifest("results", "train").study.arm("train").config.hidden
        (5,)
        >>> read_manifest("results", "sweep-losses") is None
        True
    """
    try:
        values = json.loads((Path(folder) / f"{name}.json").read_text(encoding="utf-8"))
        study = Study(
            name=values.pop("name"),
            title=values.pop("title"),
            command=values.pop("command"),
            seeds=range(values["first_seed"], values.pop("first_seed") + values.pop("rounds")),
            figures=tuple(values.pop("figures")),
            stopping=values.pop("stopping", ""),
            until=UntilDecided(**values.pop("until_decided")) if "until_decided" in values else None,
            arms=tuple(Arm(arm, config_from_dict(settings)) for arm, settings in values.pop("arms").items()),
        )
        values.pop("settings_digest")
        return Manifest(study, values.pop("data_digest"), values)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def manifest_names(folder: Path) -> list[str]:
    """The names of the results in a folder that can be drawn again."""
    return sorted(path.stem for path in folder.glob("*.json") if read_manifest(folder, path.stem))


def rounds_left_out(study: Study, folder: Path) -> list[str]:
    """A line for the user when the files of this name show seeds, of the same settings, that the study has not."""
    manifest = read_manifest(folder, study.name)
    if manifest is None or manifest.study.settings_digest() != study.settings_digest():
        return []
    held, now = manifest.study.seeds, study.seeds
    if set(held) <= set(now):
        return []
    if held.start == now.start:
        change, options = f"{len(held)} rounds, now {len(now)}", f"--rounds {len(held)}"
    else:
        change = f"seeds {held.start} to {held.stop - 1}, now {now.start} to {now.stop - 1}"
        options = f"--seed {held.start} --rounds {len(held)}"
    return [f"the files of {study.name} showed {change}; the store keeps every trial, and {options} shows them again"]


def keep_other_results(study: Study, folder: Path) -> list[str]:
    """Renames earlier results of this name when their settings differ: `NAME.csv` becomes `NAME@DIGEST.csv`, and so on.

    DIGEST stands for their settings, or is `unknown-` and a number when no description says what they are. The links of the
    pages beside them follow. Returns a line for the user when there were any. A kill in between leaves what the next run needs
    to go on: the description goes last.
    """
    manifest = read_manifest(folder, study.name)
    if manifest is not None and manifest.study.settings_digest() == study.settings_digest():
        return []
    held = study if manifest is None else manifest.study
    ends = [*TABLES_AND_TIMES, *(f"_{figure}.png" for figure in held.figures), *model_ends(held)]
    present = [end for end in ends if (folder / f"{study.name}{end}").exists()]
    json_file = folder / f"{study.name}.json"
    if not present and not json_file.exists():
        return []
    label = manifest.study.settings_digest() if manifest else _free_label(folder, study.name)
    other = f"{study.name}@{label}"
    with locked(folder):
        for end in present:
            (folder / f"{study.name}{end}").replace(folder / f"{other}{end}")
        led = {f"{study.name}{end}": f"{other}{end}" for end in ends if (folder / f"{other}{end}").exists()}
        _lead_links(folder, led)
        if manifest is not None:
            renamed = Study(**vars(manifest.study) | {"name": other})
            write_text(folder / f"{other}.json", Manifest(renamed, manifest.data_digest, manifest.computed_by).to_text())
            json_file.unlink()
        elif json_file.exists():
            json_file.replace(folder / f"{other}.json")
    whose = "results of other settings" if manifest else f"results that no {study.name}.json describes"
    return [f"{study.name} held {whose}; they are kept as {other}"]


def _lead_links(folder: Path, renamed: dict[str, str]) -> None:
    """Has the pages in the folder, which show results by their names, show the same ones under their new names."""
    names = "|".join(map(re.escape, renamed))
    for path in folder.glob("*.md") if renamed else ():
        text = path.read_text(encoding="utf-8")
        led = re.sub(rf"(?<=\]\()({names})(?=\))", lambda found: renamed[found[1]], text)
        if led != text:
            write_text(path, led)


def _free_label(folder: Path, name: str) -> str:
    number = 1
    while any(folder.glob(f"{name}@unknown-{number}[._]*")):
        number += 1
    return f"unknown-{number}"
