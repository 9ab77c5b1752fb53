"""What a report can claim, as data: kinds of claim, the quantities they speak of, outcomes, findings."""
