"""docs/own-data.md: its function and its commands are right."""

import re
import shlex

from tests.cli.terminal import minifw
from tests.documents.reading import page

TEXT = page("docs/own-data.md")


def test_the_commands_of_the_page_run(tmp_path, monkeypatch):
    ((name, program),) = re.findall(r"```python (\S+)\n(.*?)```", TEXT, re.S)
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(program)
    (tmp_path / "points.csv").write_text("x,y,kind\n" + "".join(f"{k % 7},{k % 5},{'ab'[k % 2]}\n" for k in range(40)))
    commands = re.findall(r"^    minifw (.*)$", TEXT, re.M)
    assert len(commands) == 4
    for command in commands:
        shown = minifw(*shlex.split(command), "--dry-run")
        assert shown.code == 0 and "20 trials to compute" in shown.out.replace("60 trials", "20 trials"), shown.err


def test_the_page_names_every_data_set():
    from experiments.config.data_sets import data_set_names

    assert all(f"`{name}`" in TEXT for name in data_set_names() if name != "disc")
