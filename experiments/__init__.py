"""What a study is and how it runs: trials, their store, figures, tables and verdicts.

The names below are all that a notebook needs; `help` of each shows an example:

    >>> from experiments import STUDIES, run_study
    >>> study = STUDIES["train"].build(rounds=4, given={"hidden": (5,), "epochs": 3})
    >>> run_study(study, "results").history.columns.to_list()[:4]
    ['arm', 'seed', 'epoch', 'train_loss']

`STUDIES` has every study of the reports by its name, as data; `build` makes it a `Study` with rounds, a reading and settings of
your own:

    >>> [arm.name for arm in STUDIES["sweep-losses"].build().arms]
    ['mse', 'cross-entropy']

Importing this package, `experiments.config.trial` or `experiments.reports` loads neither torch nor pandas nor matplotlib: each
name is loaded when it is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.analysis.judging import judge_table
    from experiments.config.stopping import UntilDecided
    from experiments.config.study import Arm, Study
    from experiments.config.trial import TrialConfig
    from experiments.output.manifest import read_manifest
    from experiments.reports.catalogue import STUDIES
    from experiments.reports.plan import plan
    from experiments.store.store import Store
    from experiments.workflows.compare_torch import compare_torch
    from experiments.workflows.predict import predict_file
    from experiments.workflows.reproduce import reproduce
    from experiments.workflows.run_study import StudyResult, redraw_study, run_study
    from experiments.workflows.until_decided import run_until_decided
    from experiments.workflows.verify import verify_trials

__all__ = [
    "STUDIES",
    "Arm",
    "Store",
    "Study",
    "StudyResult",
    "TrialConfig",
    "UntilDecided",
    "compare_torch",
    "judge_table",
    "plan",
    "predict_file",
    "read_manifest",
    "redraw_study",
    "reproduce",
    "run_study",
    "run_until_decided",
    "verify_trials",
]

_HOMES = {
    "STUDIES": "reports.catalogue",
    "Arm": "config.study",
    "Store": "store.store",
    "Study": "config.study",
    "StudyResult": "workflows.run_study",
    "TrialConfig": "config.trial",
    "UntilDecided": "config.stopping",
    "compare_torch": "workflows.compare_torch",
    "judge_table": "analysis.judging",
    "plan": "reports.plan",
    "predict_file": "workflows.predict",
    "read_manifest": "output.manifest",
    "redraw_study": "workflows.run_study",
    "reproduce": "workflows.reproduce",
    "run_study": "workflows.run_study",
    "run_until_decided": "workflows.until_decided",
    "verify_trials": "workflows.verify",
}


def __getattr__(name: str) -> Any:
    """One of the names offered here, from the module where it lives."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The names offered here, loaded or not, for completion in a notebook."""
    return sorted({*globals(), *__all__})
