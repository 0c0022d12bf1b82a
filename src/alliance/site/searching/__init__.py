"""The search: what can be found on the site, cut into sections, claims, tables and words of the glossary."""
