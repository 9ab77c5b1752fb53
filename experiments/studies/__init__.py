"""The studies of the reports, one file a report, as data. Imports no torch."""

from __future__ import annotations

from experiments.studies import bamberger, bhatt, bordignon, compare, feng, fernandez
from experiments.study import StudySpec

STUDIES: dict[str, StudySpec] = {
    spec.name: spec
    for spec in (
        feng.TRAIN,
        compare.FENG,
        bordignon.LOSSES,
        bordignon.INIT,
        bordignon.OPTIMIZERS,
        fernandez.TRAIN,
        fernandez.BATCHES,
        bamberger.TABLE,
        bamberger.RATES,
        bhatt.TRAIN,
        compare.BHATT,
        bhatt.DROPOUT,
    )
}
PRESETS: dict[str, StudySpec] = {"feng": feng.TRAIN, "fernandez": fernandez.TRAIN, "bhatt": bhatt.TRAIN}
REPORTS: tuple[str, ...] = ("feng", "bordignon", "fernandez", "bamberger", "bhatt")
