"""What a study is and how it runs: trials, their store, figures, tables and verdicts.

Importing this package, `experiments.config.trial` or `experiments.reports` loads neither torch nor pandas nor matplotlib.
"""
