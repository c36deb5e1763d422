"""Date and time formats, where Django’s own are not the ones we want."""
