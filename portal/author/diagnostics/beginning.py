"""What a new diagnostic begins with: a small one that works, to be written over."""

from __future__ import annotations

from datetime import date, timedelta

from kb.trees.editing.yaml_text import quoted

# Long enough to see how it works, soon enough that nobody forgets it.
FIRST_CHECK = timedelta(days=180)

_TEMPLATE = """\
title: {title}
{topic}audience: public
symptoms:
  - {title}
owner: help-desk
review_by: {review_by}
note: First version

facts:
  seen: {{label: What they see}}

start: see
nodes:
  see:
    ask: What do you see?
    save: seen
    options:
      - {{id: message, say: A message on the screen, go: try_first}}
      - {{id: nothing, say: Nothing happens, go: send}}
    not_sure: {{go: send, tell: That is fine. We can find out.}}

  try_first: {{try: [close_and_open], fixed: solved, not_fixed: send}}

steps:
  close_and_open:
    do: Close the program and open it again
    how:
      - Close the program.
      - Open it again.
      - Look at the screen. It worked if the message is gone.
    minutes: 2

outcomes:
  solved:
    kind: solved
    say: Good. It works again.
  send:
    kind: ticket
    group: help-desk
    subject: {subject}
    say: We have what we need. Look at your answers and send them to us.
    impact: low
    urgency: today

walks:
  - name: Closing it helps
    answers: {{see: message, try_first.close_and_open: fixed}}
    ends: solved
  - name: Closing it does not help
    answers: {{see: message, try_first.close_and_open: not_fixed}}
    ends: send
  - name: Nothing happens
    answers: {{see: nothing}}
    ends: send
  - name: Not sure
    answers: {{see: not_sure}}
    ends: send
"""


def first_source(title: str, topic: str, *, today: date) -> str:
    """The YAML of a new diagnostic with this title."""
    return _TEMPLATE.format(
        title=quoted(title),
        topic=f"topic: {topic}\n" if topic else "",
        review_by=(today + FIRST_CHECK).isoformat(),
        subject=quoted(without_places(title)),
    )


def without_places(title: str) -> str:
    """A title as the subject of a request, where braces would be places to fill."""
    return title.replace("{", "(").replace("}", ")")
