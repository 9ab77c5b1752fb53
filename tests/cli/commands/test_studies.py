"""`minifw studies` lists what can be run, with what it sets."""

import json
import subprocess
import sys

from typer.testing import CliRunner

from cli.main import app
from experiments.reports.catalogue import STUDIES
from experiments.reports.describe import command_of, format_settings


def parts() -> dict[str, str]:
    """What is printed of each study, on one line, by its heading."""
    result = CliRunner().invoke(app, ["studies", "--all"], env={"COLUMNS": "10000"})
    assert result.exit_code == 0, result.output
    blocks = [block.strip() for block in result.output.split("\n\n") if block.strip()]
    return {block.splitlines()[0].strip(): "\n".join(line.strip() for line in block.splitlines()[1:]) for block in blocks}


def test_every_study_is_listed_with_its_command_and_settings():
    found = parts()
    assert list(found) == [f"{spec.report}: {spec.title}" for spec in STUDIES.values()]
    for spec, lines in zip(STUDIES.values(), (text.splitlines() for text in found.values()), strict=True):
        fitted = ", fitted" if spec.fitted else ""
        assert lines[0] == f"{command_of(spec)}  ({spec.rounds} rounds{fitted})"
        assert lines[1] == spec.note
        assert lines[2] == f"sets: {format_settings(spec.settings) or 'nothing, these are the defaults'}"


def test_every_reading_is_listed_with_what_it_sets():
    for spec, text in zip(STUDIES.values(), parts().values(), strict=True):
        lines = [line for line in text.splitlines() if line.startswith("--reading ")]
        assert len(lines) == len(spec.readings)
        for (name, reading), line in zip(spec.readings.items(), lines, strict=True):
            assert line.startswith(f"--reading {name}{' (fitted)' if reading.fitted else ''}: {reading.note}")
            assert format_settings(reading.settings) in line
            assert all(f"{arm}: {format_settings(changes)}" in line for arm, changes in reading.arms.items())


def test_arms_are_named_where_there_are_several():
    found = parts()
    for spec, text in zip(STUDIES.values(), found.values(), strict=True):
        shown = [line for line in text.splitlines() if line.startswith("arms: ")]
        assert len(shown) == (len(spec.arms) > 1)
        if 1 < len(spec.arms) <= 13:
            assert shown == [f"arms: {', '.join(spec.arms)}"]
        elif shown:
            assert shown[0].startswith(f"arms: {len(spec.arms)}, ")


def test_the_listing_needs_no_torch():
    code = "import sys; from cli.commands.studies import studies; studies(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_without_a_name_each_has_a_line():
    result = CliRunner().invoke(app, ["studies"], env={"COLUMNS": "80"})
    lines = result.output.splitlines()[: len(STUDIES)]
    for spec, line in zip(STUDIES.values(), lines, strict=True):
        assert line.split("  ")[0] == spec.name and line.endswith(f"{spec.report}: {spec.title}")


def test_named_studies_are_shown_alone_and_unknown_ones_refused():
    shown = CliRunner().invoke(app, ["studies", "sweep-init", "train"], env={"COLUMNS": "200"}).output
    headings = [line for line in shown.splitlines() if line and not line.startswith(" ")]
    assert headings == [f"{STUDIES[name].report}: {STUDIES[name].title}" for name in ("sweep-init", "train")]
    refused = CliRunner().invoke(app, ["studies", "sweep-inti"], env={"COLUMNS": "200"})
    assert refused.exit_code == 2 and "did you mean sweep-init?" in " ".join(refused.output.split())


def test_studies_as_json():
    (found,) = json.loads(CliRunner().invoke(app, ["studies", "sweep-losses", "--json"]).output)
    spec = STUDIES["sweep-losses"]
    assert (found["name"], found["rounds"], list(found["arms"])) == (spec.name, spec.rounds, list(spec.arms))
    assert list(found["readings"]) == list(spec.readings)
    assert len(json.loads(CliRunner().invoke(app, ["studies", "--json"]).output)) == len(STUDIES)
