"""The commands of ``signpost``, a file for each thing they are about."""
