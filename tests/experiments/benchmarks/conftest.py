"""Which tests need what is not installed everywhere."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("jax") else ["test_steps_jax.py"]
