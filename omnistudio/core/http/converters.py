"""Parts of addresses, bounded as what they are looked up in."""

from __future__ import annotations


class Id:
    """The id of a row: up to 18 digits, so that every database holds the number. With more it is no address of ours.

    Django's own `int` takes any number of digits; one that is larger than the column is an error of the database.
    """

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int | str) -> str:
        return str(value)


class Address:
    """The address of a prompt; see `gallery/prompt_addresses.py`."""

    regex = "[A-Za-z0-9_-]{22}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
