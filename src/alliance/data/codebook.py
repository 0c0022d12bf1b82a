"""Write the codebook `data/README.md` from `datapackage.json` and the tables' years."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alliance.data.package import DATA, Descriptor, Resource, read_csv_call, read_rows, years

FIRST_YEAR = 1946
YEARS_PER_MARK = 2
MARKS = "·▁▃▅█"  # no row; up to 2, 10, 40, and more rows in the two years
STEPS = (0, 2, 10, 40)


def render(root: Path, descriptor: Descriptor) -> str:
    """Return the codebook's Markdown; the same package gives the same text."""
    resources = descriptor["resources"]
    parts = [
        _head(descriptor),
        _overview(root, resources),
        _coverage(root, resources),
        _conventions(descriptor),
        *(_table(root, resource) for resource in resources),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _head(descriptor: Descriptor) -> str:
    return f"""
<!-- Written by `alliance data refresh` from datapackage.json: edit that file, not this one. -->

# The data

{descriptor["description"]}

The same stands in `datapackage.json`, a [Data Package](https://datapackage.org) that programs can read.
`alliance data list`, `alliance data show TABLE`, `alliance data age` (which table is oldest, and what a new
edition would change) and `alliance data validate` work with it in a terminal.
"""


def _overview(root: Path, resources: list[Resource]) -> str:
    lines = ["## The tables", "", "| table | one row is | rows | years |", "|---|---|---:|---|"]
    for resource in resources:
        covered = years(root, resource)
        span = f"{covered[0]}–{covered[-1]}" if covered else "—"
        link = f"[{resource['name']}](#{resource['name']})"
        lines.append(f"| {link} | {resource['row']} | {_rows(root, resource):,} | {span} |")
    return "\n".join(lines)


def _rows(root: Path, resource: Resource) -> int:
    return sum(1 for _ in read_rows(root / DATA / resource["path"]))


def _coverage(root: Path, resources: list[Resource]) -> str:
    """Return the picture of coverage: a mark for every two years, higher where there are more rows."""
    covered = {resource["name"]: years(root, resource) for resource in resources}
    covered = {name: found for name, found in covered.items() if found}
    if not covered:
        return ""
    last = max(found[-1] for found in covered.values())
    starts = range(FIRST_YEAR, last + 1, YEARS_PER_MARK)
    width = max(len(name) for name in covered) + 2
    scale = "".join(f"{year:<5}" for year in starts if (year - FIRST_YEAR) % 10 == 4)
    # The first decade year in the scale is FIRST_YEAR + 4, two marks in.
    lines = [" " * (width + 2) + scale.rstrip()]
    for name, found in covered.items():
        marks = "".join(_mark(sum(start <= year < start + YEARS_PER_MARK for year in found)) for start in starts)
        earlier = " (and earlier)" if found[0] < FIRST_YEAR else ""
        lines.append(f"{name:<{width}}{marks}{earlier}")
    picture = "\n".join(lines)
    return f"""
## Which years each table covers

Each mark stands for two years: `·` no row, `▁` one or two, `▃` up to ten, `▅` up to forty, `█` more.
Years after 2026 are forecasts, plans and targets. A gap is a gap: nothing is filled in.

```text
{picture}
```
"""


def _mark(count: int) -> str:
    return MARKS[sum(count > step for step in STEPS)]


def _conventions(descriptor: Descriptor) -> str:
    units = "\n".join(f"- **{unit}**: {meaning}" for unit, meaning in descriptor["units"].items())
    notes = "\n".join(f"- {note}" for note in descriptor["conventions"])
    return f"""
## Conventions

{notes}

<details><summary>The list of units</summary>

{units}

</details>
"""


def _table(root: Path, resource: Resource) -> str:
    schema = resource["schema"]
    parts = [
        f"## {resource['name']}",
        f"**{resource['title']}.** {resource['description']}",
        f"One row is {resource['row']}. There are {_rows(root, resource):,}.",
        f"```python\n{read_csv_call(resource)}\n```",
        _columns(schema["fields"]),
        _values(schema["fields"]),
        _keys(schema, resource),
        f"**Who counted, and how.** {resource['counted_by']}",
        _age(resource),
        _bullets("Breaks", resource.get("breaks", [])),
        _bullets("Known flaws", resource.get("known_flaws", [])),
        "**Sources.** " + "; ".join(_link(source) for source in resource["sources"]) + ".",
        "**Licence and terms.** " + "; ".join(_link(licence) for licence in resource["licenses"]) + ".",
        f"**What this cannot tell you.** {resource['cannot_tell']}",
    ]
    return "\n\n".join(part for part in parts if part)


def _age(resource: Resource) -> str:
    """Return how old the table is, as the description says it; nothing where it says nothing."""
    if not resource.get("checked"):
        return ""
    last = f" Its last row is of {resource['lastRow']}." if resource.get("lastRow") else ""
    return f"**How old it is.** Last checked on {resource['checked']}.{last} {resource.get('nextEdition', '')}".strip()


def _columns(fields: list[dict[str, Any]]) -> str:
    lines = ["| column | type | unit | meaning |", "|---|---|---|---|"]
    for field in fields:
        optional = "" if field.get("constraints", {}).get("required") else " May be empty."
        meaning = field["description"].rstrip(".") + "." + optional
        lines.append(f"| `{field['name']}` | {field['type']} | {field.get('unit', '')} | {meaning} |")
    return "\n".join(lines)


def _values(fields: list[dict[str, Any]]) -> str:
    blocks = []
    for field in fields:
        values = field.get("values")
        if values:
            listed = "\n".join(f"- `{value}`: {meaning}" for value, meaning in values.items())
            blocks.append(f"Values of `{field['name']}`:\n\n{listed}")
    return "\n\n".join(blocks)


def _keys(schema: dict[str, Any], resource: Resource) -> str:
    key = schema["primaryKey"]
    columns = [key] if isinstance(key, str) else key
    sentences = ["**Key.** " + ", ".join(f"`{column}`" for column in columns) + " (no two rows share it)."]
    for link in [*schema.get("foreignKeys", []), *resource.get("conditionalForeignKeys", [])]:
        target = link["reference"]
        fields = link["fields"] if isinstance(link["fields"], str) else ", ".join(link["fields"])
        others = target["fields"] if isinstance(target["fields"], str) else ", ".join(target["fields"])
        only = ""
        if "where" in link:
            only = " where " + " and ".join(f"`{c}` is {' or '.join(v)}" for c, v in link["where"].items())
        sentences.append(f"`{fields}` → `{target['resource'] or resource['name']}.{others}`{only}.")
    return " ".join(sentences)


def _bullets(title: str, texts: list[str]) -> str:
    if not texts:
        return ""
    return f"**{title}.**\n\n" + "\n".join(f"- {text}" for text in texts)


def _link(item: dict[str, str]) -> str:
    title = item.get("title") or item["name"]
    return f"[{title}]({item['path']})" if item.get("path") else title
