"""A user's table: what is read, and what is said of each mistake that one can make."""

import pytest

from experiments.config.csv_table import read_table
from experiments.config.settings import SettingError
from experiments.config.trial import TrialConfig
from experiments.config.user_files import UserFile, digest_of

GOOD = "x,y,label\n1,2,a\n3,4.5,b\n-5,6e1,a\n7,.8,b\n"


def table_of(text: str) -> UserFile:
    texts = (("points.csv", text),)
    return UserFile(digest_of(texts), path="points.csv", texts=texts)


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.replace(",", ";"),
        GOOD.replace(",", "\t"),
        "\n" + GOOD.replace("\n", "\n\n").replace(",", " , "),
        GOOD.replace(",b", ',"b"').replace("x", '"x"'),
    ],
)
def test_numbers_and_classes_are_read(text):
    table = read_table(table_of(text), "label")
    assert (table.features, table.classes) == (("x", "y"), ("a", "b"))
    assert list(table.inputs) == [1, 2, 3, 4.5, -5, 60, 7, 0.8] and list(table.labels) == [0, 1, 0, 1]
    assert table.counts == (2, 2)


def test_any_column_can_have_the_classes_and_numbers_are_in_their_order():
    table = read_table(table_of("kind,x\n10,1\n9,2\n-1,3\n10,4\n9,5\n-1,6\n"), "kind")
    assert table.classes == ("-1", "9", "10") and table.features == ("x",) and list(table.labels) == [2, 1, 0, 2, 1, 0]


MISTAKES = {
    "empty": ("", "is empty; its first line names the columns, each line below is a sample"),
    "blank": ("\n \n", "is empty; its first line names the columns, each line below is a sample"),
    "header alone": ("x,label\n", "has no line below its header; each line is a sample"),
    "no header": ("1,2,0\n3,4,1\n", "line 1: numbers where the columns' names belong; add a first line such as x,y,label"),
    "no name": ("x,,label\n1,2,a\n", "line 1: column 2 has no name; give it one"),
    "twice": ("x,y,x,label\n1,2,3,a\n", "line 1: columns 1 and 3 are both called 'x'; rename one"),
    "only classes": ("label\na\nb\n", "has no column but 'label'; a sample needs numbers too"),
    "short": (
        GOOD.replace("3,4.5,b", "3,b"),
        "line 3: 2 cells, where the header has 3; is a separator missing, or one too many?",
    ),
    "long": (
        "x;label\n\n1;a\n2;b;\n",
        "line 4: 3 cells, where the header has 2; is a separator missing, or one too many?",
    ),
    "quote": (GOOD + '"9,1,a\n', "line 6: unexpected end of data"),
    "missing": (GOOD.replace("4.5", ""), "line 3, column 'y': the cell is empty; fill in a number or remove the line"),
    "missing twice": (
        GOOD.replace("4.5", "NA").replace("-5", ""),
        "line 3, column 'y': 'NA' stands for no value (1 more such cells); fill in a number or remove the line",
    ),
    "nan": (GOOD.replace("4.5", "nan"), "line 3, column 'y': 'nan' stands for no value; fill in a number or remove the line"),
    "not a number": (GOOD.replace("4.5", "4.5.1"), "line 3, column 'y': '4.5.1' is not a number"),
    "comma": (
        "x;y;label\n1;2,5;a\n3;4;b\n5;6;a\n7;8;b\n",
        "line 2, column 'y': '2,5' is not a number; decimals have a point, 0.5",
    ),
    "infinite": (
        GOOD.replace("4.5", "inf"),
        "line 3, column 'y': 'inf' is not finite; remove the line, or put in a number below 1e308",
    ),
    "too large": (
        GOOD.replace("4.5", "1e400"),
        "line 3, column 'y': '1e400' is not finite; remove the line, or put in a number below 1e308",
    ),
    "words": (
        "x,colour,label\n1,red,a\n2,blue,b\n3,red,a\n4,blue,b\n",
        "column 'colour' has words (red, blue, from line 2 on) where numbers belong; make a column of 0 and 1 of each word, "
        "or remove it",
    ),
    "constant": (
        "x,y,label\n1,3,a\n2,3.0,b\n3,3,a\n4,3,b\n",
        "column 'y' is 3 in every line and tells nothing; remove it",
    ),
    "one class": (GOOD.replace(",b", ",a"), "column 'label' has one class only, 'a'; at least two are needed"),
    "no class": (
        GOOD.replace("4.5,b", "4.5,"),
        "line 3, column 'label': the cell is empty; fill in the class or remove the line",
    ),
    "a class of one": (
        GOOD + "9,9,c\n",
        "line 6, column 'label': 'c' is the only sample of its class; a class needs 2 at least. Is this the column of the "
        "classes?",
    ),
    "a number to predict": (
        "x,label\n1,0.1\n2,0.2\n3,0.3\n",
        "line 2, column 'label': '0.1' is the only sample of its class, as of 2 others; a class needs 2 at least. Is this the "
        "column of the classes?",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_its_line_and_what_to_do(mistake):
    text, says = MISTAKES[mistake]
    with pytest.raises(SettingError) as caught:
        TrialConfig(data=table_of(text), batch_size=1)
    assert (caught.value.setting, caught.value.message) == ("data", f"points.csv {says}")


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("lable", "points.csv has no column 'lable' (did you mean label?); it has x, y, label; name the column of the classes"),
        ("z", "points.csv has no column 'z'; it has x, y, label; name the column of the classes with --target"),
    ],
)
def test_a_target_that_is_not_there_is_named(target, says):
    with pytest.raises(SettingError) as caught:
        TrialConfig(data=table_of(GOOD), target=target, batch_size=1)
    assert caught.value.setting == "target" and caught.value.message.startswith(says)


def test_the_settings_of_a_table():
    text = "x,kind\n" + "".join(f"{k},{k % 3}\n" for k in range(30))
    config = TrialConfig(data=table_of(text), target="kind")
    assert (config.train_size, config.test_size, config.scale) == (21, 9, "standardize")
    assert config.resolve().targets == "onehot"
    plain = config.to_dict()
    assert plain["data"] == config.data.plain and plain["target"] == "kind" and "points" not in config.key()
    assert TrialConfig(data=table_of(GOOD), batch_size=1).target == "label"
