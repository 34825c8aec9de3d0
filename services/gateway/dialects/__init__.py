"""How partners that only export files write what they state: one file per dialect."""
