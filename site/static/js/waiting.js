// A payment that the bank has not told about yet: ask again a few times. The link does the same.

const PAUSES = [2000, 4000, 8000, 15000, 30000];

async function lookAgain(link, status) {
  for (const pause of PAUSES) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    status.textContent = status.dataset.looking;
    try {
      const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
      if (answer.ok && !new URL(answer.url).searchParams.has("waiting")) {
        location.replace(answer.url);
        return;
      }
    } catch {
      // No network at this moment: the next try may have it.
    }
  }
  status.textContent = status.dataset.patience;
}

const link = document.querySelector("[data-look-again]");
const status = document.querySelector("[data-looking]");
if (link && status) lookAgain(link, status);
