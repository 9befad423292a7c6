"""What every item of the table has, and the one connection all of them share.

pynamodb gives each model class a connection, and with it a botocore client, of its own. Rows inherit the
connection of their base class instead: one client a process.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

from pynamodb.attributes import DiscriminatorAttribute, UnicodeAttribute
from pynamodb.connection import Connection, TableConnection
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from chalicelib.settings import settings
from chalicelib.table import wire
from chalicelib.table.keys import INDEX, Key


class Lists(GlobalSecondaryIndex["Row"]):
    """The table's one index: items listed under something else than their own partition."""

    class Meta:
        index_name = INDEX
        projection = AllProjection()

    GSI1PK = UnicodeAttribute(hash_key=True)
    GSI1SK = UnicodeAttribute(range_key=True)


class Row(Model):
    """An item: its key, its type and, where it is listed in the index, its key there."""

    class Meta:
        table_name = settings().table
        max_retry_attempts = 3
        connect_timeout_seconds = 2
        read_timeout_seconds = 5
        max_pool_connections = 40

    PK = UnicodeAttribute(hash_key=True)
    SK = UnicodeAttribute(range_key=True)
    GSI1PK = UnicodeAttribute(null=True)
    GSI1SK = UnicodeAttribute(null=True)
    type = DiscriminatorAttribute()
    lists: ClassVar[Lists] = Lists()

    @classmethod
    def use_table(cls, name: str) -> None:
        """Point every row at a table and forget the client, as tests and tools need it."""
        cls.Meta.table_name = name
        Row._connection = None

    @classmethod
    def _get_connection(cls) -> TableConnection:
        if cls is Row:
            return super()._get_connection()
        return Row._get_connection()

    @classmethod
    def connection(cls) -> Connection:
        """The connection that all rows share."""
        return cls._get_connection().connection

    @classmethod
    def at(cls, key: Key, **attributes: Any) -> Self:
        """The row with this key: to be put, or to be updated or deleted where it is."""
        return cls(key.partition, key.sort, **attributes)

    @classmethod
    def find(cls, key: Key) -> Self | None:
        """The stored row, read consistently, or None. One read of one request."""
        item = wire.find(key.partition, key.sort)
        return None if item is None else cls.from_raw_data(item)

    def listed(self, key: Key) -> Self:
        """The row, listed in the index under a second key."""
        self.GSI1PK, self.GSI1SK = key
        return self


def differences(before: Row, after: Row) -> list[Action]:
    """The update that turns one row into the other; both have the same key."""
    old, new = before.to_dynamodb_dict(), after.to_dynamodb_dict()
    actions: list[Action] = []
    for name, attribute in type(after).get_attributes().items():
        if old.get(name) == new.get(name) or name in ("PK", "SK"):
            continue
        actions.append(attribute.set(getattr(after, name)) if name in new else attribute.remove())
    return actions
