// Keys for everything: an element says which key presses it (data-key) or puts the cursor in it (data-focus-key).
// The pages work without this file; nothing here writes HTML.

const help = document.getElementById("help");
const keysOn = document.getElementById("keys-on");

keysOn.checked = localStorage.getItem("keys") !== "off";
keysOn.addEventListener("change", () => localStorage.setItem("keys", keysOn.checked ? "on" : "off"));
document.getElementById("help-button").addEventListener("click", () => help.showModal());

const typing = (element) => element.matches("input:not([type=checkbox]), select, textarea");
const named = (attribute, key) =>
  [...document.querySelectorAll(`[${attribute}]`)].find((element) => element.getAttribute(attribute) === key && !element.closest("[hidden]"));

let sent = false; // one answer a page: a key held down must not answer the next deal unseen
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  if (sent) event.preventDefault();
  sent = true;
});
window.addEventListener("pageshow", () => { sent = false; });

function move(step) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (!rows.length) return;
  const at = rows.findIndex((row) => row === document.activeElement || row.parentElement.contains(document.activeElement));
  const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function mention() {
  const links = [...document.querySelectorAll("[data-mention]")];
  const at = links.findIndex((link) => link.hasAttribute("aria-current"));
  if (links.length > 1) links[(at + 1) % links.length].click();
}

const moves = { j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1), m: mention };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat && !(event.key in moves) || help.open) return;
  const focused = document.activeElement;
  if (event.key === "Escape" && typing(focused)) {
    focused.blur();
    event.preventDefault();
    return;
  }
  if (typing(focused) || event.isComposing || !keysOn.checked && event.key.length === 1) return;
  const inRow = focused.closest("li")?.querySelector(`[data-row-key="${CSS.escape(event.key)}"]`);
  const field = named("data-focus-key", event.key);
  const target = inRow ?? named("data-key", event.key);
  if (field) field.focus();
  else if (target) target.click();
  else if (event.key in moves && (document.querySelector("[data-row]") || event.key === "m")) moves[event.key]();
  else return;
  event.preventDefault();
});

// After an answer in the queue, go on in the list where the person was.
if (document.body.classList.contains("queue")) {
  const place = Number(sessionStorage.getItem("row") ?? -1);
  sessionStorage.removeItem("row");
  const rows = [...document.querySelectorAll("[data-row]")];
  if (place >= 0 && rows.length) rows[Math.min(place, rows.length - 1)].focus();
  document.addEventListener("submit", (event) => {
    const row = event.target.closest("li");
    if (row) sessionStorage.setItem("row", [...row.parentElement.children].indexOf(row));
  });
}

// What answers for all checked rows is there once one is checked.
const bar = document.getElementById("bulk");
if (bar) {
  const boxes = [...document.querySelectorAll("input[form=bulk]")];
  const count = () => {
    const checked = boxes.filter((box) => box.checked).length;
    document.getElementById("checked").textContent = `${checked} checked`;
    bar.hidden = !checked;
  };
  for (const box of boxes) box.addEventListener("change", count);
  count();
}

// Company search: an input whose list of suggestions follows the combobox pattern.
for (const [number, input] of [...document.querySelectorAll("[data-company]")].entries()) combobox(input, `firms-${number}`);

function combobox(input, id) {
  const list = document.createElement("ul");
  const company = input.closest(".party").querySelector("[name=company]");
  list.id = id;
  list.className = "options";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Companies");
  input.after(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": id, "aria-expanded": "false" })) input.setAttribute(name, value);
  let asked = 0;

  const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const choose = (option) => { input.value = option.dataset.name; company.value = option.dataset.id; close(); };
  const mark = (option) => {
    for (const each of list.children) each.setAttribute("aria-selected", String(each === option));
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };

  input.addEventListener("input", async () => {
    company.value = "";
    const mine = ++asked;
    const answer = await fetch(`/search?q=${encodeURIComponent(input.value)}`);
    const found = answer.ok ? await answer.json() : [];
    if (mine !== asked) return;
    list.replaceChildren(...found.map((firm, place) => {
      const option = document.createElement("li");
      option.id = `${id}-${place}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.id = firm.id;
      option.dataset.name = firm.name;
      option.textContent = firm.also ? `${firm.name} · ${firm.also}` : firm.name;
      option.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(option); });
      return option;
    }));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(found.length > 0));
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const options = [...list.children];
    if (list.hidden || !options.length) return;
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") mark(options[(at + 1) % options.length]);
    else if (event.key === "ArrowUp") mark(options[(at - 1 + options.length) % options.length]);
    else if (event.key === "Enter" && at >= 0) choose(options[at]);
    else if (event.key === "Escape") { close(); event.stopPropagation(); }
    else return;
    event.preventDefault();
  });
}

// The picture of the flows as pixels, drawn here out of its file.
const png = document.getElementById("png");
if (png) {
  png.hidden = false;
  png.addEventListener("click", () => {
    const image = new Image();
    image.addEventListener("load", () => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [image.naturalWidth * 2, image.naturalHeight * 2];
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(blob);
        link.download = "flows.png";
        link.click();
        URL.revokeObjectURL(link.href);
      });
    });
    image.src = png.dataset.of;
  });
}

// A long form is kept from any of its fields.
for (const form of document.querySelectorAll("#add-form, #edit-form")) {
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit(form.querySelector("button.primary"));
  });
}

// A document: a sentence or the selected words tell a deal, and what is marked or selected goes into its fields.
const text = document.querySelector("body.document .text");
const addition = document.getElementById("add-form");
const chosenWords = document.getElementById("chosen-words");
const take = document.getElementById("take");
const formFields = (name) => [...addition.querySelectorAll(`[name=${name}]`)];
let field = null; // the one that had the focus last
let selected = "";

// The words of an element as the document has them: without the names of marks; a character shown by its number is one.
function words(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.matches?.(".tag, .sr")) return "";
  if (node.matches?.(".sign")) return "\ufffd";
  return [...node.childNodes].map(words).join("");
}

function place(node, offset) {
  const sentence = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest("[data-start]");
  if (!sentence) return null;
  const range = document.createRange();
  range.setStart(sentence, 0);
  range.setEnd(node, offset);
  return Number(sentence.dataset.start) + [...words(range.cloneContents())].length;
}

if (text) {
  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    const range = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
    const inside = range && text.contains(range.startContainer) && text.contains(range.endContainer);
    const [start, end] = inside ? [place(range.startContainer, range.startOffset), place(range.endContainer, range.endOffset)] : [];
    selected = inside ? words(range.cloneContents()).trim() : "";
    chosenWords.hidden = !(start < end);
    if (take) take.hidden = !selected;
    if (start < end) chosenWords.href = `${chosenWords.dataset.of}?start=${start}&end=${end}`;
  });
}

function fill(found) {
  const data = found.dataset;
  if (data.fill === "company") {
    const names = formFields("name");
    const at = field?.name === "name" ? field : names.find((input) => !input.value) ?? names[0];
    const party = at.closest(".party");
    at.value = data.name;
    party.querySelector("[name=company]").value = data.companyId;
    party.querySelector("[name=said]").value = data.text;
  } else if (data.fill === "amount") {
    for (const name of ["figure", "to", "currency", "qualifier", "per"]) formFields(name)[0].value = data[name];
    formFields("amount_text")[0].value = data.text;
  } else {
    formFields("date")[0].value = data.value;
    formFields("date_text")[0].value = data.text;
  }
}

if (addition) {
  formFields("kind")[0].focus();
  const found = [...addition.querySelectorAll("[data-fill]")];
  addition.addEventListener("focusin", (event) => { if (event.target.matches("input[name]")) field = event.target; });
  addition.addEventListener("input", (event) => {
    const said = event.target.closest(".party")?.querySelector("[name=said]");
    if (said && event.target.name === "name") said.value = "";
  });
  for (const button of found) button.addEventListener("click", () => fill(button));
  text.addEventListener("click", (event) => {
    const mark = event.target.closest("mark");
    const known = mark && found.find((button) => button.dataset.text === words(mark));
    if (!known) return;
    event.preventDefault();
    fill(known);
  });
  take.addEventListener("click", () => {
    const known = found.find((button) => button.dataset.text === selected);
    if (known) fill(known);
    else if (field) {
      field.value = selected;
      const said = field.closest(".party")?.querySelector("[name=said]");
      if (said && field.name === "name") said.value = selected;
    }
  });
}
