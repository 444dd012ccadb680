"""The smallest Django project that Morango runs in; nothing of our program is imported here."""
