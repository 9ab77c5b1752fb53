"""What has to be shown, as typed."""

import pytest

from experiments.config.requirement import Relation, Requirement, parse_requirement


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("new better than old", Requirement("new", Relation.BETTER, "old")),
        ("our net no worse than the old one", Requirement("our net", Relation.NO_WORSE, "the old one")),
        ("a equal to b", Requirement("a", Relation.EQUAL, "b")),
    ],
)
def test_a_requirement_names_two_arms_which_may_have_spaces(text, meant):
    assert parse_requirement(text) == meant
    assert str(meant) == text


@pytest.mark.parametrize("text", ["new beats old", "better than old", "new better than", "new", "new better thanold"])
def test_what_is_none_says_what_is_allowed(text):
    with pytest.raises(ValueError, match=r"ARM better than\|no worse than\|equal to ARM"):
        parse_requirement(text)
