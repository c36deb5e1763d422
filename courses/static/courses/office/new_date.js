// Shows the days of a new date as soon as its first day is chosen. Without JavaScript a button does.
(() => {
  const form = document.querySelector("[data-new-date]");
  if (!form) return;
  let asked = 0;

  const show = async () => {
    if (!form.elements.first_day.value) return;
    asked += 1;
    const number = asked;
    const answer = await fetch(window.location.href, { method: "POST", body: new FormData(form) });
    if (!answer.ok || number !== asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of ["[data-new-date-preview]", ".office-actions"]) {
      const old = form.querySelector(part);
      const fresh = page.querySelector(`[data-new-date] ${part}`);
      if (old && fresh) old.replaceChildren(...fresh.childNodes);
    }
  };

  form.addEventListener("change", () => { show().catch(() => {}); });
})();
