"""The rules a diagnostic is checked by, one file for each thing they speak about."""
