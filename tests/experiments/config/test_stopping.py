"""At which numbers of rounds a study is looked at, and what is said of where it ended."""

from experiments.config.stopping import FIRST_LOOK, UntilDecided
from experiments.statistics.sequential import MIN_UNITS


def test_the_first_look_is_where_the_sequence_is_trusted():
    assert FIRST_LOOK == MIN_UNITS


def test_looks_grow_by_a_quarter_and_end_at_the_most_rounds():
    assert list(UntilDecided(0.5, 100).looks()) == [40, 50, 62, 77, 96, 100]
    assert list(UntilDecided(0.5, 40).looks()) == [40]


def test_looks_are_at_whole_data_sets():
    assert list(UntilDecided(0.5, 700).looks(together=15)) == [600, 705]


def test_more_rounds_allowed_change_no_earlier_look():
    """A study that goes on with a larger bound looks where it would have looked anyway."""
    few, many = (list(UntilDecided(0.5, most).looks()) for most in (77, 2000))
    assert many[: len(few)] == few


def test_how_a_study_ended_in_words():
    rule = UntilDecided(0.5, 2000)
    assert rule.describe(80, 3, 3).startswith(
        "Stopped at 80 of at most 2000 rounds, when every arm was decided with a margin of 0.5"
    )
    assert "when 1 of 3 arms were decided" in rule.describe(2000, 1, 3)
