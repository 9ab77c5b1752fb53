"""What a shell offers when Tab is pressed: values of settings, studies, readings, settings to vary, stored names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import typer

from experiments.config.setting_types import ListOf, SettingType
from experiments.config.trial import SETTINGS
from experiments.output.manifest import manifest_names
from experiments.reports.catalogue import STUDIES


def one_of(names: Iterable[str]) -> Callable[[str], list[str]]:
    """Offers the names that begin as typed."""
    offered = list(names)
    return lambda incomplete: [name for name in offered if name.startswith(incomplete)]


def several_of(names: Iterable[str]) -> Callable[[str], list[str]]:
    """Offers the names for the last place of a list with commas."""
    offered = list(names)

    def complete(incomplete: str) -> list[str]:
        before, comma, last = incomplete.rpartition(",")
        return [f"{before}{comma}{name}" for name in offered if name.startswith(last)]

    return complete


def values_of(kind: SettingType) -> Callable[[str], list[str]] | None:
    """Offers the values of a kind of setting, where they have names."""
    if isinstance(kind, ListOf):
        return several_of(kind.item.names_allowed()) if kind.item.names_allowed() else None
    return one_of(kind.names_allowed()) if kind.names_allowed() else None


def setting_to_vary(incomplete: str) -> list[str]:
    """Offers `lr=`, and after the sign values where they have names: `act=relu,tanh`."""
    name, sign, listed = incomplete.partition("=")
    if not sign:
        return [f"{setting}=" for setting in SETTINGS if setting.startswith(name)]
    kind = SETTINGS[name].type if name in SETTINGS else None
    names = (kind.item if isinstance(kind, ListOf) else kind).names_allowed() if kind else ()
    return [f"{name}={values}" for values in several_of(names)(listed)]


def reading(context: typer.Context, incomplete: str) -> list[str]:
    """Offers the readings of the study that the words before stand for."""
    # What is typed without an option's name is no parameter yet while a line is incomplete.
    if context.info_name == "study":
        specs = [STUDIES[name] for name in context.args if name in STUDIES]
    else:
        specs = [spec for spec in STUDIES.values() if spec.command == context.info_name]
    chosen = [spec for spec in specs if spec.report == context.params.get("preset")] or specs[:1]
    return one_of(name for spec in chosen for name in spec.readings)(incomplete)


def stored_name(context: typer.Context, incomplete: str) -> list[str]:
    """Offers the names of the results in the folder."""
    return one_of(manifest_names(Path(context.params.get("results_dir") or "results")))(incomplete)
