"""From a claim and evidence to a verdict, and from verdicts to the ledger."""
