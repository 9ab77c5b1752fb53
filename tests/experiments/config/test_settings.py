"""Every setting can be asked for and explains itself."""

from experiments.config.settings import option_name
from experiments.config.trial import SETTINGS


def test_every_setting_has_help_a_panel_and_an_option():
    for name, setting in SETTINGS.items():
        assert setting.help.endswith(".") and setting.panel and setting.default_text, name
        assert option_name(name) == f"--{name.replace('_', '-')}"
