"""What a trial and a study are. Imports no torch."""
