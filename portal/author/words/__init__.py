"""The word list: what clerks say and what it means, changed with a look at the effect first."""
