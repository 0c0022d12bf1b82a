"""Bring claims and evidence together, one row a claim, and count outcomes with the whole that each share belongs to."""

from __future__ import annotations

from typing import Literal

import pandas as pd

VERDICTS: dict[str, str] = {
    "supported": "it holds",
    "supported_narrower": "it holds under a narrower definition",
    "off_by_a_year": "it is right for the year before or after",
    "other_base": "it is right on another base or scope",
    "contradicted": "a source on the same thing says otherwise",
    "arithmetic_fails": "its own numbers do not fit, even if one allows for rounding",
    "anachronism": "it is dated before it could be",
    "contradicts_other_article": "the other article says otherwise",
    "unverifiable": "it could not be verified: not found in the sources searched, or nothing to look for",
}
"""What each verdict says of a claim, from the best to the worst, and last the one that says nothing for or against."""

STANDS, NARROWLY, FAILS, NOT_FOUND, NOT_JUDGED = "stands", "stands narrowly", "fails", "not found", "not judged"
OUTCOMES: dict[str, str] = {
    STANDS: "A source or the article's own numbers support the claim as it is printed.",
    NARROWLY: "The claim holds if a word in it is read more narrowly than most readers would.",
    FAILS: "As printed the claim does not hold: a source, a date or its own numbers say otherwise.",
    NOT_FOUND: "Nothing for or against it was found in the sources searched, or it names nothing to search for. "
    "That is not the same as false.",
    NOT_JUDGED: "Nobody tested it: mostly it has no number, no date and nobody who is named for it.",
}
"""The five groups of claims that a report counts, with what each means."""

OUTCOME_OF: dict[str, str] = {
    "supported": STANDS,
    "supported_narrower": NARROWLY,
    "off_by_a_year": FAILS,
    "other_base": FAILS,
    "contradicted": FAILS,
    "arithmetic_fails": FAILS,
    "anachronism": FAILS,
    "contradicts_other_article": FAILS,
    "unverifiable": NOT_FOUND,
}

ATTRIBUTIONS = ("somebody is named", "a publication only", "nobody is named")

Whole = Literal["all", "judged", "found"]
WHOLES: dict[Whole, list[str]] = {
    "all": list(OUTCOMES),
    "judged": [STANDS, NARROWLY, FAILS, NOT_FOUND],
    "found": [STANDS, NARROWLY, FAILS],
}
"""The three wholes a share can belong to: all claims, those judged, and those for which evidence was found."""

DECIDING = ["verdict", "figure_found", "figure_unit", "figure_period", "source_id", "second_source_id"]
REASONS = ["searched", "reasoning"]


def judge(claims: pd.DataFrame, evidence: pd.DataFrame) -> pd.DataFrame:
    """Return the claims, one row each in their order, with what decides them.

    claims, evidence: the tables, read with or without types. Added are `verdict` (missing where nobody judged) and the
    other cells of the deciding row of evidence, `outcome` (see `OUTCOMES`), `attribution` (see `ATTRIBUTIONS`) and
    `tests`, how many rows of evidence a claim has. Of the two columns `source_id`, that of the evidence is kept.

    Raises ValueError when a claim stands twice, or two rows of evidence decide the same claim.
    """
    decisive = evidence["decisive"].astype(str).str.lower() == "true"
    deciding = evidence.loc[decisive, ["claim_id", *(name for name in [*DECIDING, *REASONS] if name in evidence)]]
    for table, name in ((claims, "claim"), (deciding, "deciding row of evidence for claim")):
        twice = table.loc[table["claim_id"].duplicated(), "claim_id"]
        if len(twice):
            raise ValueError(f"There is more than one {name} {twice.iloc[0]}.")
    judged = claims.drop(columns=["source_id"], errors="ignore")
    judged = judged.merge(deciding, on="claim_id", how="left", validate="one_to_one")
    judged["outcome"] = judged["verdict"].map(OUTCOME_OF).fillna(NOT_JUDGED)
    judged["attribution"] = _attribution(claims).to_numpy()
    judged["tests"] = judged["claim_id"].map(evidence["claim_id"].value_counts()).fillna(0).astype(int)
    return judged


def _attribution(claims: pd.DataFrame) -> pd.Series[str]:
    """Return for each claim whether the article names somebody for it, a publication only, or nobody."""
    named, published = (_filled(claims, column) for column in ("attributed_to", "publication"))
    somebody, publication, nobody = ATTRIBUTIONS
    words = pd.Series(nobody, index=claims.index)
    return words.mask(published, publication).mask(named, somebody)


def _filled(claims: pd.DataFrame, column: str) -> pd.Series[bool]:
    """Return where a column has text; a column that is not there has none."""
    if column not in claims:
        return pd.Series(False, index=claims.index)
    return claims[column].fillna("").astype(str).str.strip() != ""


def counts(judged: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return how many claims have each outcome, for each value of the column `by`, the most frequent value first.

    judged: as `judge` returns it. The columns are `claims`, `judged`, `found` (judged, and something was found) and
    the five outcomes. Rows with the same number of claims stand in the order of the alphabet.
    """
    table = pd.crosstab(judged[by], judged["outcome"]).reindex(columns=list(OUTCOMES), fill_value=0)
    for whole, outcomes in reversed(WHOLES.items()):
        table.insert(0, "claims" if whole == "all" else whole, table[outcomes].sum(axis=1))
    table.columns.name = None
    return table.sort_index().sort_values("claims", ascending=False, kind="stable")


def shares(judged: pd.DataFrame, by: str, of: Whole = "judged") -> pd.DataFrame:
    """Return the outcomes in percent of one whole, for each value of the column `by`, in the order of `counts`.

    of: "all" claims, those "judged", or those "found" (judged, and something was found for or against them). Only the
    outcomes that belong to the whole have a column. A group whose whole is empty has missing values, not zeros.
    Raises ValueError for another whole.
    """
    if of not in WHOLES:
        raise ValueError(f"There is no whole {of!r}: a share is one of {', '.join(WHOLES)}.")
    table = counts(judged, by)
    whole = table["claims" if of == "all" else of]
    return table[WHOLES[of]].div(whole.where(whole > 0), axis=0) * 100
