"""Peak memory of training, in processes of its own."""

from experiments.benchmarks.memory import peak_memory
from tests.experiments.benchmarks.timed import SMALL


def test_memory_is_that_of_fresh_processes():
    table = peak_memory(SMALL, rounds=3)
    assert list(table["engine"]) == ["compiled", "stack", "single", "torch", "vmap"]
    assert list(table["trials"]) == [3, 3, 1, 1, 3]
    if not table["megabytes"].isna().all():
        assert (table["added_megabytes"] >= 0).all() and (table["megabytes"] > table["added_megabytes"]).all()
        added = table.set_index("engine")["added_megabytes"]
        assert added["torch"] > added["single"]
