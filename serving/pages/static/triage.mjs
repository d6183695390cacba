// The page works without this. It fills the box from an example instead of sending it, sends with Ctrl+Enter,
// shows that an answer is on its way, and takes edits along when the language is switched. After a review was
// kept, it forgets the draft of it.

const trial = document.getElementById("trial");

function fill(button) {
  trial.elements.text.value = button.dataset.text;
  trial.elements.subject.value = button.dataset.subject;
  trial.elements.text.focus();
}

function showBusy(busy) {
  const button = trial.querySelector("button.main");
  button.dataset.idle ??= button.textContent;
  button.textContent = busy ? button.dataset.busy : button.dataset.idle;
  trial.setAttribute("aria-busy", String(busy));
}

const done = new URLSearchParams(location.search).get("done");
if (done) {
  try {
    sessionStorage.removeItem(`triage.draft.${done}`);
  } catch {
    // The storage is off: there is no draft.
  }
}

if (trial) {
  for (const button of trial.querySelectorAll("button.example")) {
    button.type = "button";
    button.addEventListener("click", () => fill(button));
  }
  trial.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) trial.requestSubmit();
  });
  trial.addEventListener("submit", (event) => {
    if (trial.getAttribute("aria-busy") === "true") event.preventDefault();
    else showBusy(true);
  });
  window.addEventListener("pageshow", () => showBusy(false));
  document.getElementById("switch")?.addEventListener("submit", (event) => {
    for (const name of ["text", "subject", "customer_id"]) event.target.elements[name].value = trial.elements[name].value;
  });
}
