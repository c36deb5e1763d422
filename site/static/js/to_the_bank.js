// Goes on to the bank in the place of this page, so that Back at the bank does not lead here, and so
// to the bank again. Without JavaScript the page goes on by itself, slowly enough to press Back twice.

const link = document.querySelector("[data-to-the-bank]");
addEventListener("load", () => link && location.replace(link.href));
