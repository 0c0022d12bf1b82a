"""The course's tables: find, list, read, check and document the Data Package in `data/`."""

from alliance.data.age import TableAge, ages
from alliance.data.package import (
    DataError,
    RootNotFound,
    TableSummary,
    UnknownTable,
    find_root,
    list_tables,
    load_descriptor,
    read_csv_call,
    read_table,
    show_table,
)
from alliance.data.refresh import refresh
from alliance.data.validation import MissingTool, Problem, validate

__all__ = [
    "DataError",
    "MissingTool",
    "Problem",
    "RootNotFound",
    "TableAge",
    "TableSummary",
    "UnknownTable",
    "ages",
    "find_root",
    "list_tables",
    "load_descriptor",
    "read_csv_call",
    "read_table",
    "refresh",
    "show_table",
    "validate",
]
