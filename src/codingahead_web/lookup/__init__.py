"""Case2Code: search, code pages, the books, tables and lists."""
