"""What training and serving must agree on: nouns, taxonomy, text, encoder, model, policy, registry.

Importing this package loads no torch, no mlflow, no web and no SQL.
"""
