"""One call for each command: run a study, compare with torch, reproduce, verify, check gradients."""
