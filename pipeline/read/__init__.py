"""First stage: a folder of filled workbooks -> a ``model.Submission``; what cannot be read becomes a finding."""
