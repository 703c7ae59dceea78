"""What the page says on top after something was done, by the word in its address."""

from __future__ import annotations

from collections.abc import Mapping

from portal.author.sheet import number_in

SAID = {
    "begun": "Your draft is saved. Only people who write see it.",
    "saved": "Saved as version {latest}. Readers do not see it before it is published.",
    "made": "Saved as version {latest}, with this new part. Write its words.",
    "out": "Saved as version {latest}, without that part.",
    "test": "Kept as a test, in version {latest}.",
    "accepted": "Accepted, with your name.",
    "same": "Nothing was different, so there is no new version.",
    "theirs": "The other text stays. Yours is version {version} in the history.",
    "published": "Published. Search finds it now.",
    "published_later": "Published. Search finds it within a few minutes.",
    "retired": "It is out of use. Readers no longer find it.",
    "back": "The text of version {version} is back, as the latest version. Publish it when it is right.",
    "reordered": "A draft has the new order, with the reason as its note. Publish it when it is right.",
    "old_order": "A draft has the old order again. Publish it when it is right.",
    "kept": "You keep your text. The shipped version is no longer listed.",
    "taken": "The shipped version is published. Your text is in the history.",
}


def said_now(arguments: Mapping[str, str]) -> str:
    """The sentence for this address, or empty. ``{latest}`` stays for the page to fill."""
    sentence = SAID.get(arguments.get("said", ""), "")
    return sentence.replace("{version}", str(number_in(arguments.get("version"))))
