"""A batch: a table of documents that is stored in a journal. `journal` remembers, `table` checks, `pipeline` sends."""
