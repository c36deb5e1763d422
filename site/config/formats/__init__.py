"""How a language writes dates and times, where Django’s own way is not ours."""
