"""The report on a model: one HTML file that can be read without statistics, in Chinese and English.

    contents    what it is made of: measured rows, answers, baselines, grades
    sections/   a file for each subject: from contents to sentences, charts and tables in one language
    chapters    their order
    page        the file

Words are in words.yaml, once, in both languages.
"""

from training.report.contents import Contents, Wanted, gather
from training.report.files import write_pages
from training.report.page import page
from training.report.reporter import Reporter

__all__ = ["Contents", "Reporter", "Wanted", "gather", "page", "write_pages"]
