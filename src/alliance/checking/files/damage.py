"""Say what a file is that should be a notebook and is none: a sign-in page, a merge conflict, a Word file."""

from __future__ import annotations

import io
import re
import zipfile

FRESH = "take a fresh copy of the exercise"
AGAIN = "Hand in the notebook itself, the file that ends in .ipynb."
MAGIC = (
    (b"\xd0\xcf\x11\xe0", "an Office document (Word, Excel or PowerPoint)"),
    (b"%PDF", "a PDF"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"SQLite format 3", "a database"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
)
"""How files of some kinds begin."""
INSIDE = (("word/", "a Word document"), ("xl/", "an Excel workbook"), ("ppt/", "a PowerPoint presentation"))
"""What the archives hold that Office documents are."""
CONFLICT = re.compile(r"^[ \t]*<{7}(?: .*)?$(?s:.*?)^[ \t]*={7}\r?$(?s:.*?)^[ \t]*>{7}", re.MULTILINE)
PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head)\b", re.IGNORECASE | re.DOTALL
)
SIGN_IN = (
    ("accounts.google.com", "a Google sign-in page"),
    ("login.microsoftonline.com", "a Microsoft sign-in page"),
    ('type="password"', "a sign-in page"),
    ("type='password'", "a sign-in page"),
)
EXPORTED = ("jp-notebook", "jp-cell", "jupyter notebook", "nbconvert")
SCRIPT = re.compile(
    r"^(?:import \w|from [\w.]+ import |def \w+\(|class \w+|# %%|# In\[|#!.*python|# jupyter:)", re.MULTILINE
)
LOOKED_AT = 400_000
"""Characters of a text in which its kind is looked for."""


def kind_of_bytes(content: bytes) -> str:
    """Return what a file is by its first bytes, such as “a PDF”; empty where they do not tell."""
    if content.startswith(b"PK\x03\x04"):
        return _kind_of_zip(content)
    return next((kind for begin, kind in MAGIC if content.startswith(begin)), "")


def _kind_of_zip(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [one.filename for one in archive.infolist()[:1000]]
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return "a zip archive that was cut off"
    for begin, kind in INSIDE:
        if any(name.startswith(begin) for name in names):
            return kind
    if "mimetype" in names[:1]:
        return "a LibreOffice document"
    return "a zip archive with another name"


def kind_of_text(text: str) -> str:
    """Return what a text is that is no JSON, such as “a Google sign-in page”; empty where it does not tell."""
    head = text[:LOOKED_AT]
    if CONFLICT.search(head):
        line = head[: CONFLICT.search(head).start()].count("\n") + 1  # type: ignore[union-attr]
        return f"a merge conflict that Git could not solve (line {line})"
    if PAGE.match(head):
        small = head.casefold()
        sign_in = next((kind for words, kind in SIGN_IN if words in small), "")
        exported = any(words in small for words in EXPORTED)
        return sign_in or ("a notebook exported as a web page" if exported else "a web page")
    if head.startswith("version https://git-lfs"):
        return "a pointer of Git LFS, without the file itself"
    if head.lstrip().startswith("[InternetShortcut]"):
        return "a link to a page"
    if not head.lstrip().startswith(("{", "[")) and SCRIPT.search(head):
        return "a Python script"
    return ""


def is_binary(content: bytes) -> bool:
    """Return whether a file is no text in any encoding that editors write."""
    return b"\0" in content[:4096] and utf_16(content) == ""


def utf_16(content: bytes) -> str:
    """Return the codec of a text in UTF-16, by its mark or by the zeros beside its first letter; else nothing."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    return {b"{\0": "utf-16-le", b"\0{": "utf-16-be"}.get(content[:2], "")
