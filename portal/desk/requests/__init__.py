"""One request on the desk: what was asked and tried, the thread, the reply, the note."""
