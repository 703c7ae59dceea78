"""Parts of a diagnostic added, renamed and taken out."""
