"""The studies of the reports, one file a report, as data. Imports no torch."""

from __future__ import annotations

from experiments.studies import bhatt, feng, fernandez
from experiments.study import StudySpec

PRESETS: dict[str, StudySpec] = {"feng": feng.TRAIN, "fernandez": fernandez.TRAIN, "bhatt": bhatt.TRAIN}
