"""What a request costs, and whether it is paid: online, or in cash at a counter.

Owns: payment (an amount frozen once asked for), attempt (one try with the provider), event (the
provider's call: look again), cash receipt, trouble (money that a person must put right). The
provider alone says what was paid online; a return to our page or an event proves nothing. Asks of
others: gateways (the provider), places (whose account), typesetting (the bill), journal,
foundation (jobs). Announces `payment.settled`.
"""
