"""Mail, SMS and letters. Outside live, messages stay in the outbox that the browser shows."""
