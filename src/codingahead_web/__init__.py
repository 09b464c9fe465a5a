"""The site: web pages and REST over the codebook. It knows no fact of its own."""
