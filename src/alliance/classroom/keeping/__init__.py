"""Keep what grading gives: results as data, files that lose nothing, tables that spreadsheets open."""
