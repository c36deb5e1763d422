// What the pages gain with JavaScript. Everything works without it.

const BUSY_MILLISECONDS = 1000;

/** Esc, a press outside, or leaving by Tab closes the menu on a phone. */
function enhanceMenu(menu) {
  const button = menu.querySelector("summary");
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      button.focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
}

/** A link to a question opens it. */
function openTarget() {
  const id = decodeURIComponent(location.hash.slice(1));
  const target = id && document.getElementById(id);
  if (target instanceof HTMLDetailsElement) {
    target.open = true;
    target.scrollIntoView({ block: "start" });
  }
}

/** The link under an answer copies its address. */
function enhanceCopyLink(link) {
  if (!navigator.clipboard) return;
  const status = link.parentElement.querySelector("[role=status]");
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    try {
      await navigator.clipboard.writeText(link.href);
      status.textContent = link.dataset.copied;
    } catch {
      location.href = link.href;
    }
  });
}

/** The player is loaded only after a press; until then no other site learns of the visit. */
function enhanceVideo(link) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const frame = document.createElement("iframe");
    frame.className = "video__frame";
    frame.src = link.dataset.embed;
    frame.title = link.dataset.title;
    frame.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    link.replaceWith(frame);
    frame.focus();
  });
}

/** The summary takes the focus once; a link in it shows the label and the message and focuses the field. */
function enhanceErrorSummary(summary) {
  summary.focus();
  summary.addEventListener("blur", () => summary.removeAttribute("tabindex"), { once: true });
  summary.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    const control = link && document.getElementById(link.hash.slice(1));
    if (!control) return;
    event.preventDefault();
    (control.closest(".field") ?? control).scrollIntoView({ block: "start" });
    control.focus({ preventScroll: true });
  });
}

/** What was just done, or went wrong, takes the focus: it was in the page before anybody read it. */
function tellOutcome(outcome) {
  if (!document.querySelector("[data-error-summary]")) outcome.focus();
}

/** A second press within a second does nothing; the server is the real guard. */
function enhanceForm(form) {
  const status = form.querySelector("[data-busy]");
  let pressed = -Infinity;
  form.addEventListener("submit", (event) => {
    if (event.timeStamp - pressed < BUSY_MILLISECONDS) {
      event.preventDefault();
      return;
    }
    pressed = event.timeStamp;
    if (status) status.textContent = status.dataset.busy;
  });
  addEventListener("pageshow", () => {
    if (status) status.textContent = "";
  });
}

/** Suggestions while typing are loaded when somebody goes to the field. */
function enhanceSearch(form) {
  form.addEventListener(
    "focusin",
    async () => (await import(form.dataset.script)).suggest(form),
    { once: true },
  );
  if (form.contains(document.activeElement)) form.dispatchEvent(new FocusEvent("focusin"));
}

/** Marks in the route of contents where the reader is. */
function enhanceContents(contents) {
  const links = new Map(
    [...contents.querySelectorAll('a[href^="#"]')].map((link) => [link.hash.slice(1), link]),
  );
  const sections = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  const mark = () => {
    const passed = sections.filter((section) => section.getBoundingClientRect().top < innerHeight / 3);
    const here = passed.at(-1)?.id;
    for (const [id, link] of links) link.classList.toggle("is-here", id === here);
  };
  const observer = new IntersectionObserver(mark, { rootMargin: "0px 0px -66% 0px" });
  for (const section of sections) observer.observe(section);
}

const enhance = (selector, enhancement) => document.querySelectorAll(selector).forEach(enhancement);

enhance("[data-menu]", enhanceMenu);
enhance("[data-copy-link]", enhanceCopyLink);
enhance("[data-embed]", enhanceVideo);
enhance("[data-error-summary]", enhanceErrorSummary);
enhance("[data-outcome]", tellOutcome);
enhance('form[method="post"]', enhanceForm);
enhance("[data-route]", enhanceContents);
enhance("[data-search]", enhanceSearch);
addEventListener("hashchange", openTarget);
openTarget();
