"""Judging what citizens send: pictures drawn anew, PDFs taken apart, both in a process on a short lead.

Owns: what a file may be, its refusals, the limited process, pictures, PDFs, the preview.
It asks nothing of others.
"""
