"""The three sizes of rich text in this site: a line, a short text and a whole article."""

LINE = ["bold", "italic", "link"]
SHORT = ["bold", "italic", "ol", "ul", "link", "document-link"]
FULL = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link", "hr"]
