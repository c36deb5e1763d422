// Suggestions below a search field: a combobox as the ARIA Authoring Practices describe it.
// Without it, the form is sent as it is.

const PAUSE_MILLISECONDS = 120;
const LEAST_LETTERS = 2;

export function suggest(form) {
  const field = form.querySelector("[name=q]");
  const list = document.createElement("ul");
  const status = document.createElement("p");
  list.id = `${field.id}-list`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.querySelector("label").textContent);
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  form.append(list, status);
  for (const [name, value] of [
    ["role", "combobox"],
    ["aria-expanded", "false"],
    ["aria-controls", list.id],
    ["aria-autocomplete", "list"],
  ]) {
    field.setAttribute(name, value);
  }

  let timer;
  let asking;
  let chosen = -1;

  const close = () => {
    list.hidden = true;
    list.replaceChildren();
    choose(-1);
    field.setAttribute("aria-expanded", "false");
    status.textContent = "";
  };

  const choose = (number) => {
    chosen = number;
    [...list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === number)));
    if (number < 0) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", list.children[number].id);
    list.children[number]?.scrollIntoView({ block: "nearest" });
  };

  const show = (found) => {
    if (!found.length) return close();
    list.replaceChildren(
      ...found.map(({ title, url }, number) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${number}`;
        option.className = "suggestions__option";
        option.setAttribute("role", "option");
        option.dataset.url = url;
        option.textContent = title;
        return option;
      }),
    );
    choose(-1);
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    status.textContent = `${found.length} ${form.dataset.count}`;
  };

  const ask = async () => {
    asking?.abort();
    const query = field.value.trim();
    if (query.length < LEAST_LETTERS) return close();
    asking = new AbortController();
    try {
      const address = `${form.dataset.search}?${new URLSearchParams({ q: query })}`;
      const response = await fetch(address, { signal: asking.signal });
      if (response.ok && document.activeElement === field) show(await response.json());
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MILLISECONDS);
  });
  field.addEventListener("keydown", (event) => {
    const number = list.children.length;
    if (event.key === "ArrowDown" && list.hidden) return void ask();
    if (list.hidden) return;
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown") choose(chosen + 1 === number ? -1 : chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? number - 1 : chosen - 1);
    else if (event.key === "Enter" && chosen >= 0) location.href = list.children[chosen].dataset.url;
    else return;
    event.preventDefault();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.href = option.dataset.url;
  });
  field.addEventListener("blur", close);
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    asking?.abort();
  });
}
