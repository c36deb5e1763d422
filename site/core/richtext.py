"""Features of the three kinds of rich text on this site: a line, a short text, a whole article."""

LINE = ["bold", "italic", "link"]
SHORT = ["bold", "italic", "ol", "ul", "link", "document-link"]
FULL = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link", "hr"]
