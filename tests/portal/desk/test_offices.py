"""The pages of the offices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

SignIn = Callable[[Any], Any]


def test_the_list_counts_only_what_the_reader_may_see(world: Any, sign_in: SignIn) -> None:
    world.ticket()
    world.ticket("Secret", restricted=True)
    counts = '<td class="n" data-l="Open requests:">{}</td>'
    assert counts.format(1) in sign_in(world.ada).get("/desk/offices")
    assert counts.format(2) in sign_in(world.lea).get("/desk/offices")


def test_an_office_shows_people_equipment_and_requests(world: Any, sign_in: SignIn) -> None:
    open_one, past = world.ticket("Labels skip"), world.ticket("Locked out", state="solved")
    elsewhere = world.ticket("Elsewhere", office=world.cascade)
    html = sign_in(world.ada).get("/desk/offices/yellowstone")
    for words in ("Yellowstone County", "2 label printers", "Cora Clerk", open_one.reference, past.reference):
        assert words in html
    assert elsewhere.reference not in html


def test_restricted_requests_of_an_office_are_for_leads(world: Any, sign_in: SignIn) -> None:
    secret = world.ticket("Secret matter", restricted=True, state="solved")
    assert secret.reference not in sign_in(world.ada).get("/desk/offices/yellowstone")
    assert secret.reference in sign_in(world.lea).get("/desk/offices/yellowstone")


def test_an_office_that_is_not_there_is_missing(world: Any, sign_in: SignIn) -> None:
    sign_in(world.ada).get("/desk/offices/atlantis", 404)


def test_clerks_do_not_see_offices_and_the_desk_does(world: Any, sign_in: SignIn) -> None:
    for address in ("/desk/offices", "/desk/offices/yellowstone"):
        sign_in(world.cora).get(address, 403)
        sign_in(world.sam).get(address)


def test_only_those_who_log_calls_are_offered_it(world: Any, sign_in: SignIn) -> None:
    words = "Log a call from here"
    assert words in sign_in(world.ada).get("/desk/offices/yellowstone")
    assert words not in sign_in(world.sam).get("/desk/offices/yellowstone")
