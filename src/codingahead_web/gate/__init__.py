"""Who is calling and for which day; holds the one open Codebook."""
