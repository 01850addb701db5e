"""How the parts are put together: settings, addresses, processes, the visavis command."""
