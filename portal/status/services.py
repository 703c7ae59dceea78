"""Services: the things that can be up or down."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.base import Base


class Service(Base):
    """Something that people depend on and that notices speak about."""

    __tablename__ = "services"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(default=0)


def services_in_order(session: Session) -> list[Service]:
    """All services, in the order the status page lists them. One query."""
    return list(session.scalars(select(Service).order_by(Service.position, Service.name)))


def seed_services(session: Session, first_values: list[dict[str, Any]]) -> None:
    """Add the services that are absent."""
    present = set(session.scalars(select(Service.slug)))
    for position, row in enumerate(first_values):
        if row["slug"] not in present:
            session.add(Service(slug=row["slug"], name=row["name"], position=position))


def service_by_slug(session: Session, slug: str) -> Service | None:
    """The service with this slug, or None. One query."""
    return session.scalar(select(Service).where(Service.slug == slug))
