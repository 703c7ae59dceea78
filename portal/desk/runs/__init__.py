"""The desk in a clerk's run: opened by its code, walked on together, ended as a request or as solved."""
