"""A company's own history, as its programs export it, made into the tables that training reads."""
