"""The frame of every page: base templates, components, the stylesheet, small scripts. Knows no app."""
