"""Pages of plain text around the products: about, licences, privacy, terms, accessibility, status."""
