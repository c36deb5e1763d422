// The bank has not reported a payment yet: ask again a few times. Without JavaScript the link does it.

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
      // No network at this moment; the next try may succeed.
    }
  }
  status.textContent = status.dataset.patience;
}

const link = document.querySelector("[data-look-again]");
const status = document.querySelector("[data-looking]");
if (link && status) lookAgain(link, status);
