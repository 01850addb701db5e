"""A citizen's request, from the first saved step to the decision and beyond.

Owns: case (draft and request are one row, so that one draft can only ever be one request), document
(the encrypted answers), code (under which a draft is taken up elsewhere), reference (the number of a
request, read aloud), event (what happened to a case, the source of its timeline).

Asks `catalog` for the definition, `visits` whether a visit lives, `payments` for the money, `people`
how somebody is reached, `notices` to tell them. Follows `payment.settled`; announces
`case.submitted`, `case.granted` and `case.closed`.
"""
