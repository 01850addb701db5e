"""The look of every door: page, components, forms, custom elements, icons.

Owns: page frame, component, presentation (web, kiosk, tablet), contrast, text size.
Asks of others: nothing. It knows no room; words, addresses and forms come in from the doors.
"""
