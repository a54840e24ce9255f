// Keeps a draft in this browser, encrypted under the respondent's own code: without the link
// nobody can read it here. Each code has a draft of its own, named by a hash that does not tell the
// code, so two people on one device do not meet. The server stores nothing before the last button.
//
// It makes Back and Reload safe as well. A page of questions is the answer to a POST, which a
// browser would ask to send again; so each has an entry of the history at the door, which says
// whose page it was and which, and whoever comes back to it gets it anew, with all of the draft.
const NAME = "siloscope-draft";
// What this browser has sent it remembers itself: the server tells nobody who opens a link.
const SENT = "siloscope-sent";
const text = new TextEncoder();
// Where one was, among the fields of a draft.
const AT = "at";
// What belongs to a form or a moment, and is no part of a draft.
const OWN = ["code", "form", "go", "page", "shown", "asked", "kept"];

async function keyOf(code) {
  const raw = await crypto.subtle.importKey("raw", text.encode(code), "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: text.encode(NAME), info: new Uint8Array() };
  return crypto.subtle.deriveKey(how, raw, { name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt",
  ]);
}

const tidy = (code) => code.split("#").pop().replace(/[\s-]/g, "").toUpperCase();

// Where something of a code is kept. A code has 128 random bits, which no hash can be searched for.
async function placeOf(code, kind = NAME) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text.encode(`${kind} ${tidy(code)}`)));
  return `${kind}-${Array.from(digest.slice(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

async function unseal(code) {
  try {
    const [iv, sealed] = JSON.parse(localStorage.getItem(await placeOf(code)));
    const how = { name: "AES-GCM", iv: new Uint8Array(iv) };
    const plain = await crypto.subtle.decrypt(how, await keyOf(tidy(code)), new Uint8Array(sealed));
    return JSON.parse(new TextDecoder().decode(plain));
  } catch {
    return [];
  }
}

async function seal(code, fields) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = text.encode(JSON.stringify(fields));
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await keyOf(tidy(code)), plain));
  localStorage.setItem(await placeOf(code), JSON.stringify([[...iv], [...sealed]]));
}

// Sealing takes a moment, and a page may be left within it: what is not sealed yet waits in the
// tab, whose next page takes it over.
function waiting(code) {
  const [owner, fields] = JSON.parse(sessionStorage.getItem(NAME)) ?? [];
  return owner === tidy(code) ? fields : [];
}

// The draft of a code by the names of its fields; empty without one that this code opens.
const load = async (code) => new Map([...(await unseal(code)), ...waiting(code)]);

// Adds to the draft what the form holds. A field that this form lacks stays what it was: a page
// that knows less takes nothing away. One save at a time, in all tabs together.
function save(form) {
  const code = form.elements.code.value;
  const left = JSON.stringify([tidy(code), [...new Map([...waiting(code), ...contentOf(form)])]]);
  sessionStorage.setItem(NAME, left);
  return navigator.locks.request(NAME, async () => {
    await seal(code, [...(await load(code))]);
    if (sessionStorage.getItem(NAME) === left) sessionStorage.removeItem(NAME);
  });
}

const answersIn = (form) => [...new FormData(form)].filter(([name]) => !OWN.includes(name));

// The time on this page counts too, should the draft be gone on with another day.
function contentOf(form) {
  const name = `p${form.elements.page.value - 1}`;
  const before = Number(form.elements[name]?.value ?? 0);
  const spent = Math.round(before + (performance.now() - shownAt) / 100);
  const others = answersIn(form).filter(([other]) => other !== name);
  return [...others, [name, String(spent)], [AT, form.elements.page.value]];
}

const isItem = (name) => /^[A-Z]{2}[0-9]+$/.test(name);

function hide(form, name, value) {
  const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
  form.append(field);
}

// Puts into a form what it lacks of the draft; `newer` says that the draft is right throughout.
function fill(form, draft, newer = false) {
  for (const [name, value] of draft) {
    if (name === AT) continue;
    const field = form.elements[name];
    if (!field) hide(form, name, value);
    else if (newer ? name !== "order" : field.value === "" && field.type !== "hidden") field.value = value;
  }
}

function showProgress(form) {
  const answered = new Set(answersIn(form).map(([name]) => name).filter(isItem)).size;
  document.querySelector("progress").value = answered;
  document.querySelector("[data-answered]").textContent = answered;
}

// Makes this page's entry of the history one that can be come back to, without a POST.
function anchor(form) {
  const { code, form: mark, go, page } = Object.fromEntries(new FormData(form));
  history.replaceState({ code, form: mark, page: go ?? page }, "", "/s");
  hide(form, "kept", "1");
}

let shownAt = 0;
async function keep(form) {
  anchor(form);
  const write = () => (showProgress(form), save(form));
  for (const happens of ["change", "input"]) form.addEventListener(happens, write);
  fill(form, await load(form.elements.code.value));
  write();
}

// Whoever sent from here is told so first, and a device or a code may be shared.
async function recallSent(form) {
  if (!localStorage.getItem(await placeOf(form.elements.code.value, SENT))) return;
  const note = document.querySelector("[data-sent]");
  [note.hidden, form.hidden] = [false, true];
  note.querySelector("[data-all-the-same]").addEventListener("click", () => {
    [note.hidden, form.hidden] = [true, false];
    [...form.querySelectorAll("button")].find((button) => button.offsetParent).focus();
  });
}

async function resume(form) {
  recallSent(form);
  hide(form, "kept", "1");
  const draft = await load(form.elements.code.value);
  fill(form, draft, true);
  const answered = [...draft.keys()].filter(isItem).length;
  // Without a choice there is nothing to go on with.
  if (!answered) return;
  form.elements.go.value = draft.get(AT);
  form.querySelector("[data-at]").textContent = draft.get(AT);
  form.querySelector("[data-answered]").textContent = answered;
  for (const part of form.querySelectorAll("[data-start], [data-go-on]")) part.hidden = "start" in part.dataset;
}

// Sent, or removed: the welcome page has to say what is left to do.
function startAgain(code) {
  history.replaceState({ code }, "", "/s");
  location.reload();
}

// Shows again the page that this entry of the history stands for.
async function bringBack({ code, form, page }) {
  const draft = await load(code);
  if (!draft.size) {
    startAgain(code);
    return;
  }
  const body = new URLSearchParams([...draft, ["code", code], ["form", form], ["go", page], ["kept", "1"]]);
  const answer = await fetch("/s/questions", { method: "POST", body });
  const found = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.title = found.title;
  document.documentElement.lang = found.documentElement.lang;
  document.body.replaceWith(found.body);
  shownAt = performance.now();
  begin();
}

async function sent(place) {
  const { code } = place.dataset;
  history.replaceState({ code }, "", "/s");
  sessionStorage.removeItem(NAME);
  localStorage.setItem(await placeOf(code, SENT), "1");
  localStorage.removeItem(await placeOf(code));
}

function begin() {
  const place = document.querySelector("[data-draft]");
  const doing = { keep, resume, anchor, sent };
  if (place) doing[place.dataset.draft](place);
  return place;
}

function storageWorks() {
  try {
    return localStorage.length + sessionStorage.length >= 0;
  } catch {
    return false;
  }
}

// Without a secure context there is no encryption, and then no draft either: the browser goes
// back to the pages as they were.
if (globalThis.crypto?.subtle && navigator.locks && storageWorks()) {
  const cameBack = performance.getEntriesByType("navigation")[0]?.type !== "navigate";
  if (!begin() && cameBack && history.state?.page && !location.hash) {
    const { state } = history;
    bringBack(state).catch(() => {
      document.querySelector("#code").value = state.code;
    });
  }
  // A page that the browser had put aside knows nothing of what was chosen after it.
  addEventListener("pageshow", async ({ persisted }) => {
    const form = document.querySelector("[data-draft=keep]");
    if (!persisted || !form) return;
    const draft = await load(form.elements.code.value);
    if (!draft.size) startAgain(form.elements.code.value);
    fill(form, draft, true);
    showProgress(form);
  });
}
