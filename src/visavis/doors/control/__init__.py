"""The operator's door: the fleet and what runs on it, never what a citizen does there."""
