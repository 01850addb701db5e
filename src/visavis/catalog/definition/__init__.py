"""What a service asks, decides and charges, as data: the definition language, pure.

Owns: form, step, field, fact (a named value worked out from others), reading (a form together with
somebody's answers on a day). It knows no database, clock or screen; it asks nothing of other rooms.
"""
