"""What somebody of the staff does for a citizen beside them; it begins with one thing, the check of an identity.

Five words: *check* (one request of a citizen to have their document compared), *slip* (the check's
code, on paper, brought along), *consent* (the citizen agrees, on their own screen, in this visit),
*comparison* (a checker types what the document shows and is told equal or not), *second pair of
eyes* (another checker compares again, where a service is sensitive).

Asks `visits` whether the citizen is here now, `people` whether a document says the same and to
store the proof, `places` for the canton's figures; writes `journal`.
"""
