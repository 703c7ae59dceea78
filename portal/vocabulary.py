"""The words of the trade, one per idea; templates, API, diagnostics and mails take them from here."""

from __future__ import annotations

STATES = ("new", "working", "waiting", "solved", "closed")
OPEN_STATES = ("new", "working", "waiting")

MODES = ("normal", "early_voting", "deadline_day", "election_day", "court_in_session")
BUSY_MODES = ("deadline_day", "election_day", "court_in_session")
MODE_NAMES = {
    "normal": "Normal day",
    "early_voting": "Early voting",
    "deadline_day": "Deadline day",
    "election_day": "Election Day",
    "court_in_session": "Court in session",
}

IMPACTS = ("low", "medium", "high")
IMPACT_WORDS = {
    "low": "one person",
    "medium": "one office or several people",
    "high": "voters or a court waiting, or several offices",
}
URGENCIES = ("this_week", "today", "now")
URGENCY_WORDS = {"this_week": "this week is fine", "today": "needed today", "now": "needed now"}
PRIORITIES = ("P1", "P2", "P3", "P4")

CHANNELS = {
    "portal": "Request form",
    "diagnostic": "Diagnostic",
    "phone": "Phone",
    "mail": "E-mail",
    "api": "Another system",
}

CAUSES = {
    "user_slip": "A slip while typing or clicking",
    "training_gap": "Not shown how yet",
    "local_equipment": "Equipment in the office",
    "county_network": "County network",
    "workstation_software": "Software on the computer",
    "hosted_session": "Hosted session",
    "application_defect": "Fault in the application",
    "set_up": "Data or street set-up",
    "capacity": "Too many people at once",
    "partner_agency": "Partner agency",
    "security": "Security",
    "procedure": "Procedure or law",
    "unknown": "Cause not found",
}

# What clerks read; staff see the state word itself.
STATE_WORDS = {
    "new": "We have it",
    "working": "We are working on it",
    "waiting": "We need an answer from you",
    "solved": "Solved. Tell us if it comes back.",
    "closed": "Closed",
}
STAFF_STATE_WORDS = {
    "new": "New",
    "working": "In work",
    "waiting": "Waiting",
    "solved": "Solved",
    "closed": "Closed",
}

FEEDBACK_REASONS = {
    "not_mine": ("It is not my problem", "I searched for something else"),
    "did_not_help": ("I did the steps and it did not help", ""),
    "could_not": ("I could not do a step", "Missing rights, parts or time"),
    "not_clear": ("I did not understand it", ""),
    "wrong": ("Something in it is wrong or out of date", ""),
}
