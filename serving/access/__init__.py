"""Who may do what: keys, roles, sources, sessions."""
