"""What is counted, for the pilot's honest numbers: events without a person in them.

Five words: *event* (one thing that happened, from a closed list), *source* (a device, or one
process of the web door), *number* (each source counts without gaps, so that loss shows),
*session* (the events of one visit, under a random name that nothing else carries), *world* (so
that demonstration and practice never reach a statistic).

Asks nobody. Nothing here may break or slow a citizen's page.
"""
