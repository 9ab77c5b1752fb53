"""What visitors read: README.md, FINDINGS.md and index.html, from templates."""
