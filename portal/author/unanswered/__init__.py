"""Unanswered questions: the list, one question, and setting it aside."""
