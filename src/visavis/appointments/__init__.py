"""Time: who comes when to which lane, so that nobody is ever booked over somebody else.

Owns: calendar (what appointments are given for, with its dated rules), agenda (one place of it),
lane (takes one at a time), right (that somebody may have one appointment: a summons, a second
inspection, a free choice), booking (a stretch of a lane: held, booked, or blocked). Asks visits
whether a hold's visit still lives, payments for late fees, notices to tell, people how to reach
somebody, places for working days.
"""
