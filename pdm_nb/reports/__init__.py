"""Files that people keep and send: workbooks, pages, CSV, Parquet and JSON of several tables. Knows nothing of batches."""

from .report import Report, check_target
from .report_table import ReportTable

__all__ = ["Report", "ReportTable", "check_target"]
