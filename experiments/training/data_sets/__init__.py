"""The data sets that come with minifw, a file each; `experiments.config.data_sets` finds them by listing this folder."""
