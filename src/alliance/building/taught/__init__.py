"""Know which construct is taught where, and where it is practised."""
