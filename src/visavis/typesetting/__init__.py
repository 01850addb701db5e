"""How a page is set: a typst template and JSON in, a PDF out.

Words: template (a typst file, trusted, of ours or of a pack), data (JSON, never trusted, never read
as source), library (`/lib/visavis.typ`: the frame, wordmark and footer that all papers share),
press (the child process in which typst runs, limited in time and memory), glyph coverage (what our
typefaces can print; anything else is printed as a hollow square rather than not at all).

Asks nothing of other rooms. A template begins with `#import "/lib/visavis.typ": *` and finds its
values in `data`, its language in `language`.
"""
