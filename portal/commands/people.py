"""Commands about people: add, list and disable accounts, and issue API tokens."""

from __future__ import annotations

import sys

import click
from sqlalchemy import select

from auth import people, resets, tokens
from auth.offices import open_office
from auth.passwords import hash_of, problem_with
from auth.roles import Role
from auth.users import User, user_by_email
from portal.commands.parts import fail, open_parts, show_json
from portal.mail.addresses import is_address

ROLES = [role.value.replace("_", "-") for role in Role]


@click.group()
def user() -> None:
    """People who can sign in."""


@user.command("add")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option(
    "--role", "roles", required=True, multiple=True, type=click.Choice(ROLES), help="May be given again."
)
@click.option("--office", "office_code", default="", help="The code of the office, such as yellowstone.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add(email: str, name: str, roles: tuple[str, ...], office_code: str, password_stdin: bool) -> None:
    """Add a person. Without a password, a link to choose one is printed once."""
    parts = open_parts()
    password = sys.stdin.readline().rstrip("\n") if password_stdin else ""
    if not is_address(email):
        fail(f"{email} is not a mail address like name@county.example.gov.", code=2)
    if password_stdin and (wrong := problem_with(password, name=name, email=email)):
        fail(wrong, code=2)
    with parts.database.writing() as session:
        office = open_office(session, office_code) if office_code else None
        if office_code and office is None:
            fail(f"There is no office with the code {office_code}.", code=2)
        chosen = frozenset(Role(role.replace("-", "_")) for role in roles)
        particulars = people.Particulars(name=name, roles=chosen, office_id=office.id if office else None)
        try:
            person = people.add_person(session, email=email, particulars=particulars, by=None, now=parts.now)
        except people.AddressTaken:
            fail(f"Somebody has the address {email} already.")
        if password:
            person.password_hash = hash_of(password)
        link = "" if password else resets.offer(session, person, now=parts.now, good_for=resets.WELCOME)
        session.commit()
    click.echo(f"Added {name}.")
    if link:
        click.echo(f"They choose a password here, within three days:\n{parts.config.base_url}/reset/{link}")


@user.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_people(as_json: bool) -> None:
    """List everybody with an account."""
    parts = open_parts()
    with parts.database.reading() as session:
        rows = [
            {
                "email": person.email,
                "name": person.name,
                "role": ",".join(sorted(held.role for held in person.roles)),
                "office": person.office.code if person.office else None,
                "active": person.active,
            }
            for person in session.scalars(select(User).order_by(User.email))
        ]
    if as_json:
        show_json(rows)
        return
    for row in rows:
        state = "" if row["active"] else " (disabled)"
        click.echo(f"{row['email']:36} {row['name']:28} {row['role']:24} {row['office'] or ''}{state}")


@user.command("disable")
@click.option("--email", required=True)
def disable(email: str) -> None:
    """End a person's access at once, in every browser."""
    parts = open_parts()
    with parts.database.writing() as session:
        person = user_by_email(session, email)
        if person is None:
            fail(f"Nobody has the address {email}.")
        try:
            people.disable(session, person, by=None, now=parts.now)
        except people.LastAdmin:
            fail("This is the last admin. Add another one first.")
        session.commit()
    click.echo(f"Disabled {email}.")


@click.group()
def token() -> None:
    """Tokens for programs that use the API."""


@token.command("add")
@click.option("--email", required=True, help="Whose rights the token has.")
@click.option("--scope", "scopes", required=True, multiple=True, type=click.Choice(sorted(tokens.SCOPES)))
@click.option("--name", default="", help="What it is for.")
def add_token(email: str, scopes: tuple[str, ...], name: str) -> None:
    """Issue a token. It is printed once and stored only as a hash."""
    parts = open_parts()
    with parts.database.writing() as session:
        person = user_by_email(session, email)
        if person is None or not person.active:
            fail(f"Nobody active has the address {email}.")
        issued = tokens.issue(session, person, scopes, now=parts.now, name=name)
        session.commit()
    click.echo(issued.text)
