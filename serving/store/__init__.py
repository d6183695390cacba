"""All SQL of the project: tables, queries by noun, migrations."""
