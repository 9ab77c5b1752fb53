"""The files of one study, whole or absent."""
