"""List for the teacher alone what notebooks have in common that few others have. It accuses nobody."""
