"""The only writer of the job board: employers, postings, and what coders do."""
