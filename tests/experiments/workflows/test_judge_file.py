"""Files of anyone's: how they are read, what is written, and what cannot be read."""

import pandas as pd
import pytest

from experiments.errors import TableError
from experiments.figures.png import read_texts
from experiments.workflows.judge_file import judge_file, read_results

TEXT = "method,seed,error\n" + "".join(
    f"{arm},{seed},{value + 0.1 * (seed % 3)}\n" for arm, value in (("0.10", 9), ("0.1", 5)) for seed in range(8)
)


def test_the_table_and_the_figure_say_the_same(tmp_path):
    (tmp_path / "mine.csv").write_text(TEXT)
    done = judge_file(tmp_path / "mine.csv", tmp_path, "out", metric="error", arm="method", margin=0.5)
    written = pd.read_csv(done.files[0], dtype={"arm": str, "reference": str})
    assert written[["arm", "reference", "verdict", "units"]].values.tolist() == [["0.1", "0.10", "better", 8]]
    assert [path.name for path in done.files] == ["out.csv", "out.png"]
    assert read_texts(done.files[1])["Title"] == "In error, compared with 0.10, 0.1: better"
    assert done.quote.startswith("In error, 0.1 is better than 0.10 by -4 ")


def test_rows_go_by_their_line_also_after_empty_ones(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_bytes("\ufeffarm , seed\na,1\n\nb,2\n".encode())
    frame = read_results(path)
    assert frame.index.name == "line" and frame.index.tolist() == [2, 4]
    assert frame["arm"].tolist() == ["a", "b"] and list(frame.columns) == ["arm", "seed"]


def test_tabs_part_the_columns_of_a_tsv(tmp_path):
    (tmp_path / "mine.tsv").write_text("arm\tseed\na, b\t1\n")
    assert read_results(tmp_path / "mine.tsv").to_dict("records") == [{"arm": "a, b", "seed": "1"}]


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "is empty"), (b"\xff\xfe\x00a", "is no text in UTF-8"), (b"a,b\n1,2\n1,2,3,4\n", "is no table: Error tokenizing")],
)
def test_what_is_no_table_is_said_in_one_line(tmp_path, content, message):
    path = tmp_path / "mine.csv"
    path.write_bytes(content)
    with pytest.raises(TableError, match=message) as raised:
        read_results(path)
    assert raised.value.about == "table" and "\n" not in raised.value.message
