"""The HTML of a mail in the house's face. Mail programs drop style sheets more often than
style attributes, so everything but dark mode is on the tags."""

INK = "#1f5c46"
PAPER = "#fffdf8"
STYLES = {
    "p": "margin:0 0 16px",
    "ul": "margin:0 0 16px;padding-left:24px",
    "ol": "margin:0 0 16px;padding-left:24px",
    "li": "margin:0 0 6px",
    "table": "width:100%;margin:0 0 20px;border-collapse:collapse;border-top:1px solid #ddd5c5",
    "th": "padding:8px 16px 8px 0;border-bottom:1px solid #ddd5c5;text-align:left;"
    "vertical-align:top;font-weight:bold",
    "td": "padding:8px 0;border-bottom:1px solid #ddd5c5;vertical-align:top",
    "a": f"color:{INK};word-break:break-word",
}
CLASSES = {"a": "link", "table": "rule", "th": "rule", "td": "rule"}
BUTTON = (
    f"display:inline-block;padding:13px 24px;border:1px solid {INK};border-radius:6px;"
    f"background:{INK};color:{PAPER};font-weight:bold;text-decoration:none"
)


def dressed(soup) -> str:
    """The markup of the tree, with the style of each tag; the tree is changed."""
    for name, style in STYLES.items():
        for tag in soup.find_all(name):
            tag["style"] = style
            if name in CLASSES:
                tag["class"] = CLASSES[name]
    for table in soup.find_all("table"):
        table.attrs |= {"cellpadding": "0", "cellspacing": "0", "border": "0"}
    for button in soup.select("p.button a"):
        button["class"] = "press"
        button["style"] = BUTTON
    return str(soup)
