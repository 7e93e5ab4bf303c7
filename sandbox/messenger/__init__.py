"""Meta's side of the invented world: people on Facebook Messenger, the page they write to, and the platform's rules."""
