"""X12 interchanges (ASC X12N, HIPAA version 005010): claims 837P and 837I, remittances 835."""
