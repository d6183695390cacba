"""Label hygiene: what is wrong with a file of labelled requests, before anything is learnt from it.

One check a file; each gives findings (a code, what is asked, numbers, rows) and doubts about single rows.
`sentences.yaml` has the words.
"""
