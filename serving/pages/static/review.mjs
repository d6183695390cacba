// The review form works without this. It adds keys, the resulting grade as one picks, and a draft that
// outlives a bad connection. Keys go by their place on the keyboard, so they work with an input method on.

const form = document.getElementById("review");
const TYPING_MS = 900;
const PREVIEW_MS = 120;

const began = performance.now();
let active = null;
let typed = "";
let typedAt = 0;
let timer = 0;
let asked = 0;

const fieldsets = () => [...form.querySelectorAll("fieldset[data-field]")];
const options = (fieldset) => [...fieldset.querySelectorAll("input[type=radio]")];
const draftName = (id) => `triage.draft.${id}`;

// The storage may be off or full: the page then works without drafts.
function stored(kind, deed) {
  try {
    return deed(window[kind]);
  } catch {
    return null;
  }
}

function boxes() {
  const kept = new Set(["csrf", "version", "assessment_id", "once", "filters", "seconds", "do"]);
  return [...new FormData(form)].filter(([name]) => !kept.has(name));
}

function keepDraft() {
  const draft = JSON.stringify(boxes());
  stored("sessionStorage", (it) => it.setItem(draftName(form.dataset.id), draft));
}

function restoreDraft() {
  const draft = stored("sessionStorage", (it) => it.getItem(draftName(form.dataset.id)));
  if (!draft || "kept" in form.dataset) return;
  const before = JSON.stringify(boxes());
  form.elements.go_on.checked = false;
  for (const [name, value] of JSON.parse(draft)) {
    const box = form.elements[name];
    if (!box) continue;
    if (name === "go_on") box.checked = true;
    else box.value = value;
  }
  if (JSON.stringify(boxes()) !== before) tell(form.dataset.restored);
}

function tell(words) {
  const box = document.getElementById("trouble");
  box.textContent = words;
  box.hidden = !words;
}

function enter(fieldset) {
  active?.classList.remove("active");
  active = fieldset;
  typed = "";
  if (!fieldset) return document.activeElement?.blur();
  fieldset.classList.add("active");
  fieldset.scrollIntoView({ block: "nearest" });
  const many = fieldset.querySelector("select");
  (many ?? options(fieldset).find((each) => each.checked) ?? options(fieldset)[0]).focus();
}

function pick(option) {
  option.checked = true;
  option.dispatchEvent(new Event("change", { bubbles: true }));
  enter(null);
}

// The name as shown or the code, from its beginning.
function fits(option, letters) {
  const shown = option.parentElement.querySelector("span").lastChild.textContent.trim().toLowerCase();
  return shown.startsWith(letters) || option.value.toLowerCase().startsWith(letters);
}

function typeAhead(letter) {
  const now = performance.now();
  typed = now - typedAt < TYPING_MS ? typed + letter : letter;
  typedAt = now;
  const found = options(active).filter((each) => each.value && fits(each, typed));
  if (found.length === 1) pick(found[0]);
  else found[0]?.focus();
}

function inField(event, digit, letter) {
  if (event.code === "Escape") enter(null);
  else if (active.querySelector("select")) return false;
  else if (digit !== null) {
    const option = options(active).find((each) => each.dataset.key === digit);
    if (option) pick(option);
  } else if (letter !== null) typeAhead(letter);
  else return false;
  return true;
}

function outside(event, digit, letter) {
  const fieldset = digit && fieldsets().find((each) => each.dataset.key === digit);
  const boxes = { g: "grade", n: "note" };
  const buttons = { s: "skip", u: "undo" };
  if (fieldset) enter(fieldset);
  else if (event.code === "Enter" || event.code === "NumpadEnter") document.getElementById("confirm").click();
  else if (letter in boxes) document.getElementById(boxes[letter])?.focus();
  else if (letter in buttons) document.querySelector(`[data-do=${buttons[letter]}]`)?.click();
  else return false;
  return true;
}

function onKey(event) {
  const at = event.target;
  const isEnter = event.code === "Enter" || event.code === "NumpadEnter";
  const isRadio = at.matches("input[type=radio]");
  const isBox = at.matches("textarea, select, input") && !isRadio;
  if (event.isComposing && isBox) return;
  if (isEnter && (event.ctrlKey || event.metaKey)) return document.getElementById("confirm").click();
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (!document.getElementById("keys-on").checked) return;
  if (isBox) return event.code === "Escape" ? enter(null) : undefined;
  if (isEnter && at.closest("a, button, summary")) return;
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1] ?? null;
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1].toLowerCase() ?? null;
  if (active && isEnter) enter(null);
  const done = active ? inField(event, digit, letter) : outside(event, digit, letter);
  if (done) event.preventDefault();
}

function showButton() {
  const button = document.getElementById("confirm");
  button.dataset.idle ??= button.textContent;
  const same = [...form.elements].every(
    (each) => (each.type !== "radio" || each.checked === each.defaultChecked) && (each.id !== "grade" || !each.value),
  );
  button.textContent = same || !form.dataset.preview ? button.dataset.idle : form.dataset.corrected;
}

async function foresee() {
  const mine = (asked += 1);
  try {
    const answer = await fetch(form.dataset.preview, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    const told = answer.ok ? await answer.json() : null;
    if (told && mine === asked) document.getElementById("result").textContent = told.words;
  } catch {
    // Without a connection the grade is told once the review is kept.
  }
}

function onChange() {
  keepDraft();
  showButton();
  if (!form.dataset.preview) return;
  clearTimeout(timer);
  timer = setTimeout(foresee, PREVIEW_MS);
}

// A form is only let go once the service answers; else the browser would show an error in its place.
async function send(event) {
  if (event.submitter?.id === "preview") return;
  event.preventDefault();
  if (form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  keepDraft();
  form.elements.seconds.value = ((performance.now() - began) / 1000).toFixed(1);
  try {
    await fetch(form.dataset.health, { cache: "no-store" });
    HTMLFormElement.prototype.submit.call(form);
  } catch {
    tell(form.dataset.offline);
    form.setAttribute("aria-busy", "false");
  }
}

if (form) {
  document.getElementById("preview")?.remove();
  const keys = document.getElementById("keys-on");
  keys.checked = stored("localStorage", (it) => it.getItem("triage.keys")) !== "off";
  keys.addEventListener("change", () => stored("localStorage", (it) => it.setItem("triage.keys", keys.checked ? "on" : "off")));
  restoreDraft();
  showButton();
  form.addEventListener("input", onChange);
  form.addEventListener("change", onChange);
  form.addEventListener("submit", send);
  form.addEventListener("focusout", (event) => {
    if (active && event.relatedTarget && !active.contains(event.relatedTarget)) {
      active.classList.remove("active");
      active = null;
    }
  });
  document.addEventListener("keydown", onKey);
  window.addEventListener("pageshow", () => form.setAttribute("aria-busy", "false"));
  form.dataset.ready = "";
}
