"""The people and offices of the demo. Counties are real names; every person and number is invented."""

from __future__ import annotations

from dataclasses import dataclass

# Known to everyone who reads this, which is why a demo listens on this computer only.
PASSWORD = "signpost shows the way"  # noqa: S105


@dataclass(frozen=True)
class Invented:
    """A demo person."""

    email: str
    name: str
    roles: tuple[str, ...]
    office: str = ""
    group: str = ""


PEOPLE = (
    Invented("clerk@demo.example", "Casey Clerk", ("clerk",), "yellowstone"),
    Invented("office@demo.example", "Olive Officelead", ("clerk", "site_lead"), "yellowstone"),
    Invented("other@demo.example", "Otto Otheroffice", ("clerk",), "missoula"),
    Invented(
        "court@demo.example", "Corey Courtclerk", ("clerk", "site_lead"), "ravalli-county-justice-court"
    ),
    Invented("alex@demo.example", "Alex Agent", ("agent", "author")),
    Invented("sam@demo.example", "Sam Agent", ("agent",)),
    Invented("specialist@demo.example", "Sasha Specialist", ("specialist",), "", "systems-analyst"),
    Invented("author@demo.example", "Ari Author", ("author",)),
    Invented("lead@demo.example", "Lee Lead", ("lead",)),
    Invented("admin@demo.example", "Addie Admin", ("admin",)),
)

COUNTIES = (
    "Beaverhead", "Big Horn", "Blaine", "Broadwater", "Carbon", "Carter", "Cascade", "Chouteau", "Custer",
    "Daniels", "Dawson", "Deer Lodge", "Fallon", "Fergus", "Flathead", "Gallatin", "Garfield", "Glacier",
    "Golden Valley", "Granite", "Hill", "Jefferson", "Judith Basin", "Lake", "Lewis and Clark", "Liberty",
    "Lincoln", "McCone", "Madison", "Meagher", "Mineral", "Missoula", "Musselshell", "Park", "Petroleum",
    "Phillips", "Pondera", "Powder River", "Powell", "Prairie", "Ravalli", "Richland", "Roosevelt", "Rosebud",
    "Sanders", "Sheridan", "Silver Bow", "Stillwater", "Sweet Grass", "Teton", "Toole", "Treasure", "Valley",
    "Wheatland", "Wibaux", "Yellowstone",
)  # fmt: skip

COURTS = ("Ravalli County Justice Court",)
