"""Offices: who may set them up, what is refused with a sentence, closing, and bringing in a file in two steps."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from click.testing import CliRunner, Result
from front_door import Browser, FrontDoor, words
from werkzeug.test import TestResponse

from auth.audit import AuditEntry
from auth.offices import Office
from auth.roles import Role
from auth.users import User
from portal.admin.offices.csv_file import CannotRead, read_csv, text_of
from portal.cli import signpost
from portal.site.settings import SiteVersion
from portal.tickets.ticket import Ticket

GALLATIN = {
    "code": "Gallatin",
    "name": "Gallatin County",
    "kind": "county",
    "phone": "406-555-0131",
    "lead": "Election administrator",
    "local_it": "406-555-0631, until 4:30 pm",
    "equipment": "2 label printers",
    "line": "County network",
}
HEADER = "code,name,kind,phone,lead,local_it,equipment,line\n"
IMPORT = "/admin/offices/import"


@pytest.fixture
def yellowstone(door: FrontDoor) -> Office:
    """One office that is there already."""
    with door.session() as session:
        office = Office(code="yellowstone", name="Yellowstone County", kind="county", phone="406-555-0117")
        session.add(office)
        session.commit()
        return office


@pytest.fixture
def admin(door: FrontDoor) -> Browser:
    return door.signed_in(door.person("ada", Role.ADMIN))


def look(browser: Browser, text: str) -> TestResponse:
    """Paste lines and look at what they would do."""
    return browser.press(IMPORT, text=text, action="look")


def confirm(browser: Browser, page: TestResponse, text: str) -> TestResponse:
    """Press the button of the page that shows what would happen."""
    shown = re.search(r'name="shown" value="([0-9a-f]+)"', page.text)
    assert shown is not None, words(page)
    return browser.press(IMPORT, text=text, action="confirm", shown=shown[1])


def open_request(door: FrontDoor, office: Office, **more: Any) -> None:
    with door.session() as session:
        ticket = Ticket(
            number=2048,
            subject="Labels",
            office_id=office.id,
            state="new",
            channel="portal",
            impact="low",
            urgency="today",
            priority="P3",
            priority_reason="One person",
            name="Pat",
            facts=[],
            path={},
            created_at=door.moment,
            changed_at=door.moment,
            **more,
        )
        session.add(ticket)
        session.commit()


def actions(door: FrontDoor) -> list[str]:
    return [entry.action for entry in door.rows(AuditEntry)]


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.ADMIN, 200),
        (Role.LEAD, 403),
        (Role.AGENT, 403),
        (Role.AUTHOR, 403),
        (Role.SPECIALIST, 403),
        (Role.SITE_LEAD, 403),
        (Role.CLERK, 403),
    ],
)
def test_admins_open_the_pages_and_nobody_else(door, yellowstone, role, status) -> None:
    browser = door.signed_in(door.person("kim", role))
    for path in ("", "/new", "/import", f"/{yellowstone.id}"):
        assert browser.open(f"/admin/offices{path}").status_code == status
    assert browser.press(IMPORT, text=HEADER + "a,A,county,,,,,", action="look").status_code == status


@pytest.mark.parametrize(("role", "status"), [(Role.ADMIN, 303), (Role.LEAD, 403), (Role.AGENT, 403)])
def test_admins_change_offices_and_nobody_else(door, yellowstone, role, status) -> None:
    browser = door.signed_in(door.person("kim", role))
    own = f"/admin/offices/{yellowstone.id}"
    assert browser.press("/admin/offices/new", **GALLATIN).status_code == status
    assert browser.press(own, **GALLATIN | {"code": "yellowstone"}).status_code == status
    assert browser.press(f"{own}/close").status_code == status
    assert browser.press(f"{own}/reopen").status_code == status
    assert len(door.rows(Office)) == (2 if status == 303 else 1)
    assert (actions(door) == []) == (status == 403)


def test_a_visitor_is_led_to_sign_in(door) -> None:
    assert door.browser().open("/admin/offices").location == "/sign-in?next=/admin/offices"


def test_the_menu_leads_admins_here_and_agents_only_to_the_desks_own_list(door, admin) -> None:
    agent = door.signed_in(door.person("alex", Role.AGENT))
    assert 'href="/admin/offices" aria-current="page"' in admin.open("/admin/offices").text
    page = agent.open("/desk/offices/").text
    assert 'href="/desk/offices"' in page
    assert 'href="/admin/offices"' not in page


def test_an_empty_set_up_says_what_to_do_first(admin) -> None:
    assert "No office is set up yet." in words(admin.open("/admin/offices"))


def test_a_new_office_is_listed_kept_whole_and_told_to_every_page(door, admin) -> None:
    before = door.row(SiteVersion, 1).number
    answer = admin.press("/admin/offices/new", **GALLATIN)
    assert "This office is added." in words(admin.open(answer.location))
    office = door.rows(Office)[0]
    assert {name: getattr(office, name) for name in GALLATIN} == GALLATIN | {"code": "gallatin"}
    assert office.active
    assert door.row(SiteVersion, 1).number == before + 1
    assert "Gallatin County gallatin County 406-555-0131" in words(admin.open("/admin/offices"))
    assert 'value="gallatin"' in door.browser().open("/tickets/new").text
    entry = door.rows(AuditEntry)[0]
    assert (entry.action, entry.subject, entry.details["code"]) == ("office added", "office 1", "gallatin")


def test_pressing_add_twice_adds_one(door, admin) -> None:
    first = admin.press("/admin/offices/new", **GALLATIN)
    second = admin.press("/admin/offices/new", **GALLATIN)
    assert (second.status_code, second.location) == (303, first.location)
    assert len(door.rows(Office)) == 1
    assert actions(door) == ["office added"]


def test_what_is_wrong_is_named_and_what_was_typed_is_kept(door, admin) -> None:
    page = admin.press(
        "/admin/offices/new", code="big sky!", name="", kind="city", phone="555", lead="Kim", line="x" * 201
    )
    assert page.status_code == 422
    for sentence in (
        "Use only letters from a to z, digits and hyphens, like ravalli-court",
        "Enter the name",
        "Choose a kind: county, court, division or state",
        "Enter a number with area code, like 406-555-0117",
        "Use at most 200 letters. This has 201.",
    ):
        assert words(page).count(sentence) == 2
    assert 'value="big sky!"' in page.text
    assert 'value="Kim"' in page.text
    assert page.text.count("<title>Error: ") == 1
    assert door.rows(Office) == []


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("", "Enter a code"),
        ("a" * 61, "Use at most 60 letters. This has 61."),
        ("-a", "Use only letters"),
        ("a--b", "Use only letters"),
        ("büro", "Use only letters"),
        ("../x", "Use only letters"),
        ("other", "Choose another code."),
        ("Not-Listed", "Choose another code."),
    ],
)
def test_a_code_that_addresses_cannot_carry_is_refused(admin, code, sentence) -> None:
    page = admin.press("/admin/offices/new", **GALLATIN | {"code": code})
    assert page.status_code == 422
    assert sentence in words(page)


def test_a_code_belongs_to_one_office(door, admin, yellowstone) -> None:
    assert admin.press("/admin/offices/new", **GALLATIN).status_code == 303
    page = admin.press("/admin/offices/new", **GALLATIN | {"code": "YELLOWSTONE"})
    assert page.status_code == 422
    assert "Another office has this code." in words(page)
    page = admin.press(f"/admin/offices/{yellowstone.id}", **GALLATIN)
    assert page.status_code == 422
    assert door.row(Office, yellowstone.id).code == "yellowstone"


def test_an_office_is_changed_once_and_saving_again_records_nothing(door, admin, yellowstone) -> None:
    own = f"/admin/offices/{yellowstone.id}"
    answer = admin.press(own, **GALLATIN | {"code": "yellowstone-north"})
    assert "Saved." in words(admin.open(answer.location))
    again = admin.press(own, **GALLATIN | {"code": "yellowstone-north"})
    assert "Nothing was different" in words(admin.open(again.location))
    assert door.row(Office, yellowstone.id).code == "yellowstone-north"
    entry = door.rows(AuditEntry)[-1]
    assert actions(door) == ["office changed"]
    assert entry.details["from"]["phone"] == "406-555-0117"
    assert entry.details["to"]["phone"] == "406-555-0131"


def test_the_list_is_filtered_by_kind_and_words(door, admin, yellowstone) -> None:
    with door.session() as session:
        session.add(Office(code="ravalli-court", name="Ravalli 100% Court", kind="court", active=False))
        session.commit()
    everything = words(admin.open("/admin/offices"))
    assert "2 offices" in everything
    assert "Ravalli 100% Court Closed" in everything
    assert "1 office" in words(admin.open("/admin/offices?kind=court"))
    for found in ("YELLOW", "0117"):
        page = words(admin.open(f"/admin/offices?q={found}"))
        assert "Yellowstone County" in page
        assert "Ravalli" not in page
    assert "Ravalli" in words(admin.open("/admin/offices?q=100%25"))
    assert "No office fits." in words(admin.open("/admin/offices?q=_"))
    assert admin.open("/admin/offices?kind=x&page=x&added=x&changed=y").status_code == 200


def test_a_long_list_has_pages_that_links_lead_to(door, admin) -> None:
    with door.session() as session:
        session.add_all(
            Office(code=f"o{number:03}", name=f"Office {number:03}", kind="division") for number in range(103)
        )
        session.commit()
    first = admin.open("/admin/offices?kind=division")
    assert "Office 099" in words(first)
    assert "Office 100" not in words(first)
    assert 'href="/admin/offices?kind=division&amp;page=2"' in first.text
    assert "Office 102" in words(admin.open("/admin/offices?kind=division&page=2"))


def test_an_office_with_people_says_so_and_stays_open_until_they_have_left(door, admin, yellowstone) -> None:
    pat = door.person("pat", Role.CLERK, office_id=yellowstone.id)
    own = f"/admin/offices/{yellowstone.id}"
    assert "1 person belongs to this office." in words(admin.open(own))
    page = admin.press(f"{own}/close")
    assert page.status_code == 422
    assert (
        "1 person belongs to this office. Give them another office or close their accounts first."
        in words(page)
    )
    assert door.row(Office, yellowstone.id).active
    with door.session() as session:
        session.get_one(User, pat.id).active = False
        session.commit()
    assert admin.press(f"{own}/close").status_code == 303
    assert not door.row(Office, yellowstone.id).active


def test_an_office_with_open_requests_says_so_and_closes(door, admin, yellowstone) -> None:
    own = f"/admin/offices/{yellowstone.id}"
    assert "open request" not in words(admin.open(own))
    open_request(door, yellowstone)
    assert "1 open request names this office." in words(admin.open(own))
    assert admin.press(f"{own}/close").status_code == 303
    assert not door.row(Office, yellowstone.id).active


def test_a_restricted_request_is_not_told_to_those_who_may_not_know_of_it(door, admin, yellowstone) -> None:
    open_request(door, yellowstone, restricted=True)
    assert "open request" not in words(admin.open(f"/admin/offices/{yellowstone.id}"))


def test_a_closed_office_is_offered_nowhere_and_opens_again(door, admin, yellowstone) -> None:
    own = f"/admin/offices/{yellowstone.id}"
    offered = '<option value="yellowstone"'
    assert offered in door.browser().open("/tickets/new").text
    answer = admin.press(f"{own}/close")
    assert "This office is closed." in words(admin.open(answer.location))
    assert offered not in door.browser().open("/tickets/new").text
    admin.press(f"{own}/close")
    assert actions(door) == ["office closed"]
    answer = admin.press(f"{own}/reopen")
    assert "This office is open again." in words(admin.open(answer.location))
    assert offered in door.browser().open("/tickets/new").text
    admin.press(f"{own}/reopen")
    assert actions(door) == ["office closed", "office reopened"]


def test_an_office_that_is_not_there_is_missing(admin) -> None:
    assert admin.open("/admin/offices/999").status_code == 404
    for path in ("", "/close", "/reopen"):
        assert admin.press(f"/admin/offices/999{path}", **GALLATIN).status_code == 404


FILE = (
    HEADER + 'gallatin,"Gallatin County\n",County,406-555-0131,"Administrator, elections",,=1+1,\n'
    "yellowstone,Yellowstone County,county,406-555-0199,,,,\n"
    "\n"
    "big sky,Big Sky,county,,,,,\n"
    "gallatin,Gallatin again,county,,,,,\n"
    "park,Park County,county,406-555-0140\n"
)


def test_looking_at_a_file_shows_every_line_and_changes_nothing(door, admin, yellowstone) -> None:
    page = look(admin, FILE)
    said = words(page)
    assert page.status_code == 200
    assert "1 new office , 1 changed , 0 unchanged , 3 wrong lines" in said
    assert "Gallatin County gallatin County 406-555-0131 Administrator, elections Line 2" in said
    assert "Phone: 406-555-0117 becomes 406-555-0199" in said
    assert "Line 6 Code Use only letters from a to z" in said
    assert "Line 7 Code Take this line out. Line 2 has the same code." in said
    assert "Line 8 Whole line Use 8 cells. This line has 4." in said
    assert len(door.rows(Office)) == 1
    assert actions(door) == []


def test_confirming_does_what_was_shown_once_and_leaves_wrong_lines_out(door, admin, yellowstone) -> None:
    page = look(admin, FILE)
    answer = confirm(admin, page, FILE)
    assert "1 office added, 1 changed." in words(admin.open(answer.location))
    gallatin = next(office for office in door.rows(Office) if office.code == "gallatin")
    assert (gallatin.name, gallatin.kind, gallatin.equipment) == ("Gallatin County", "county", "=1+1")
    assert door.row(Office, yellowstone.id).phone == "406-555-0199"
    assert actions(door) == ["office added", "office changed"]
    again = confirm(admin, page, FILE)
    assert "Nothing was different" in words(admin.open(again.location))
    assert actions(door) == ["office added", "office changed"]


def test_lines_that_were_not_shown_are_shown_first(door, admin, yellowstone) -> None:
    page = look(admin, FILE)
    other = confirm(admin, page, HEADER + "park,Park County,county,,,,,\n")
    assert other.status_code == 409
    assert "Look at this again." in words(other)
    with door.session() as session:
        session.get_one(Office, yellowstone.id).phone = "406-555-0188"
        session.commit()
    changed = confirm(admin, page, FILE)
    assert changed.status_code == 409
    assert "Phone: 406-555-0188 becomes 406-555-0199" in words(changed)
    assert admin.press(IMPORT, text=FILE, action="confirm").status_code == 409
    assert actions(door) == []
    assert confirm(admin, changed, FILE).status_code == 303


def test_columns_that_are_left_out_stay_and_empty_cells_empty(door, admin, yellowstone) -> None:
    few = "Kind, Name ,CODE\ncounty,Yellowstone,yellowstone\n"
    assert "Name: Yellowstone County becomes Yellowstone" in words(look(admin, few))
    confirm(admin, look(admin, few), few)
    assert door.row(Office, yellowstone.id).phone == "406-555-0117"
    empty = "code,name,kind,phone\nyellowstone,Yellowstone,county,\n"
    assert "Phone: 406-555-0117 becomes empty" in words(look(admin, empty))
    confirm(admin, look(admin, empty), empty)
    assert door.row(Office, yellowstone.id).phone == ""


def test_a_closed_office_in_a_file_is_changed_and_stays_closed(door, admin, yellowstone) -> None:
    admin.press(f"/admin/offices/{yellowstone.id}/close")
    text = "code,name,kind\nyellowstone,Yellowstone,county\n"
    page = look(admin, text)
    assert "Yellowstone County Closed" in words(page)
    confirm(admin, page, text)
    assert not door.row(Office, yellowstone.id).active


def test_a_file_with_a_byte_order_mark_is_read(admin) -> None:
    body = b"\xef\xbb\xbf" + (HEADER + "dona,Do\u00f1a County,county,,,,,\r\n").encode()
    page = admin.press(IMPORT, file=(io.BytesIO(body), "offices.csv"), text="", action="look")
    assert "1 new office" in words(page)
    assert "Doña County" in words(page)


def test_a_file_that_cannot_be_read_says_why_and_keeps_what_was_pasted(door, admin) -> None:
    latin = io.BytesIO((HEADER + "dona,Do\u00f1a,county,,,,,").encode("latin-1"))
    page = admin.press(IMPORT, file=(latin, "offices.csv"), text="pasted", action="look")
    assert page.status_code == 422
    assert "Save the file as “CSV UTF-8” and choose it again." in words(page)
    assert "pasted</textarea>" in page.text
    assert door.rows(Office) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "There is nothing to read."),
        (" \n,,\n", "There is nothing to read."),
        ("code,name\na,A\n", "Missing: kind."),
        ("code;name;kind\na;A;county\n", "Put commas between the columns."),
        ("code\tname\tkind\n", "Put commas between the columns."),
        ("code,name,kind,fax\n", "We do not know: “fax”."),
        ("gallatin,Gallatin County,county\n", "We do not know: “gallatin”, “gallatin_county”, “county”."),
        ("code,name,kind,Code\n", "There twice: code."),
        ('code,name,kind\na,"A,county\nb,B,county\n', "Check the quotation marks from line 2 on."),
        ('code,name,kind\na,A,county\nb,"B"x,county\n', "Check the quotation marks from line 3 on."),
        ("code,name,kind\n" + "a,A,county\n" * 2001, "Use at most 2,000 lines at once. This has 2,001."),
    ],
)
def test_lines_that_are_no_list_of_offices_are_refused_and_kept(admin, text, sentence) -> None:
    page = look(admin, text)
    assert page.status_code == 422
    assert sentence in words(page)
    assert text.split("\n")[0].strip() in page.text


def test_a_file_without_offices_has_nothing_to_import(door, admin, yellowstone) -> None:
    page = look(admin, "code,name,kind\nyellowstone,Yellowstone County,county\n")
    assert "There is nothing to import." in words(page)
    assert "1 unchanged" in words(page)
    assert 'value="confirm"' not in page.text


def test_lines_are_counted_as_an_editor_counts_them_and_cells_are_text() -> None:
    file = read_csv(
        '\ufeffcode,name,kind,,\r\n\r\na,"say ""hi""\r\nthere",county,,\r\nb,@SUM(A1),court,,\r\n'
    )
    assert [line.number for line in file.lines] == [3, 5]
    assert file.lines[0].cells["name"] == 'say "hi"\nthere'
    assert file.lines[1].cells["name"] == "@SUM(A1)"
    with pytest.raises(CannotRead):
        text_of("code".encode("utf-16"))


def run(door: FrontDoor, *words_typed: str) -> Result:
    """The command on the database of these tests."""
    url = door.application.extensions["signpost"].config.database_url
    return CliRunner().invoke(signpost, list(words_typed), env={"SIGNPOST_DATABASE_URL": url})


@pytest.fixture
def set_up(door: FrontDoor) -> FrontDoor:
    """The door, with the mark of a database that was set up."""
    with door.database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('0001')")
    return door


def test_the_command_looks_and_then_imports(set_up, yellowstone, tmp_path) -> None:
    file = tmp_path / "offices.csv"
    file.write_text(FILE, encoding="utf-8")
    looked = run(set_up, "office", "import", str(file), "--dry-run")
    assert looked.exit_code == 1
    assert "Would import: 1 new, 1 changed, 0 unchanged, 3 wrong." in looked.output
    assert "Line 6, Code: Use only letters" in looked.output
    assert len(set_up.rows(Office)) == 1
    done = run(set_up, "office", "import", str(file))
    assert "changed  yellowstone: Phone" in done.output
    assert len(set_up.rows(Office)) == 2
    assert [entry.actor_id for entry in set_up.rows(AuditEntry)] == [None, None]
    assert set_up.row(SiteVersion, 1).number == 2


def test_the_command_is_good_when_every_line_is(set_up, tmp_path) -> None:
    file = tmp_path / "offices.csv"
    file.write_text(HEADER + "park,Park County,county,,,,,\n", encoding="utf-8")
    assert run(set_up, "office", "import", str(file)).exit_code == 0
    again = run(set_up, "office", "import", str(file))
    assert "Imported: 0 new, 0 changed, 1 unchanged, 0 wrong." in again.output


def test_the_command_refuses_a_file_that_is_no_list_with_a_sentence(set_up, tmp_path) -> None:
    file = tmp_path / "offices.csv"
    file.write_bytes(b"\xff\xfe")
    refused = run(set_up, "office", "import", str(file))
    assert (refused.exit_code, "CSV UTF-8" in refused.output) == (2, True)
    file.write_bytes(HEADER.encode() + b"\n" * 1_000_000)
    refused = run(set_up, "office", "import", str(file))
    assert (refused.exit_code, "at most 1 MB" in refused.output) == (2, True)


def test_the_command_lists_every_office_closed_ones_too(set_up, yellowstone) -> None:
    with set_up.session() as session:
        session.get_one(Office, yellowstone.id).active = False
        session.commit()
    assert "Yellowstone County (closed)" in run(set_up, "office", "list").output
    assert json.loads(run(set_up, "office", "list", "--json").output) == [
        {
            "code": "yellowstone",
            "name": "Yellowstone County",
            "kind": "county",
            "phone": "406-555-0117",
            "lead": "",
            "local_it": "",
            "equipment": "",
            "line": "",
            "active": False,
        }
    ]
