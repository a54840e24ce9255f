// Keeps a draft in this browser, encrypted under the respondent's own code: without the link
// nobody can read it here. The server stores nothing before the last button.
const NAME = "siloscope-draft";
const place = document.querySelector("[data-draft]");
const text = new TextEncoder();

async function keyOf(code) {
  const raw = await crypto.subtle.importKey("raw", text.encode(code), "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: text.encode(NAME), info: new Uint8Array() };
  return crypto.subtle.deriveKey(how, raw, { name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt",
  ]);
}

const tidy = (code) => code.split("#").pop().replace(/[\s-]/g, "").toUpperCase();

// Everything but what belongs to this form or this moment.
function contentOf(form) {
  const fields = [...new FormData(form)];
  return fields.filter(([name]) => !["code", "form", "go", "page", "shown", "asked"].includes(name));
}

// The time on this page counts too, should the draft be gone on with another day.
function withTime(form, content) {
  const name = `p${form.elements.page.value - 1}`;
  const before = Number(form.elements[name]?.value ?? 0);
  const spent = Math.round(before + performance.now() / 100);
  return [...content.filter(([other]) => other !== name), [name, String(spent)]];
}

const isItem = (name) => /^[A-Z]{2}[0-9]+$/.test(name);

async function save(form) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const key = await keyOf(tidy(form.elements.code.value));
  const plain = text.encode(JSON.stringify(withTime(form, contentOf(form))));
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain));
  localStorage.setItem(NAME, JSON.stringify([[...iv], [...sealed]]));
}

async function load(form) {
  const [iv, sealed] = JSON.parse(localStorage.getItem(NAME));
  const key = await keyOf(tidy(form.elements.code.value));
  const how = { name: "AES-GCM", iv: new Uint8Array(iv) };
  const plain = await crypto.subtle.decrypt(how, key, new Uint8Array(sealed));
  return JSON.parse(new TextDecoder().decode(plain));
}

function resume(form, content) {
  for (const [name, value] of content) {
    const field = form.elements[name] ?? document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
  // Without a choice there is nothing to go on with.
  form.querySelector("[data-draft-note]").hidden = !content.some(([name]) => isItem(name));
}

function showProgress(form) {
  const names = contentOf(form).map(([name]) => name);
  const answered = new Set(names.filter(isItem)).size;
  document.querySelector("progress").value = answered;
  document.querySelector("[data-answered]").textContent = answered;
}

// Without a secure context there is no encryption, and then no draft either.
const able = Boolean(globalThis.crypto?.subtle);
if (place?.dataset.draft === "forget") {
  localStorage.removeItem(NAME);
} else if (place?.dataset.draft === "resume") {
  if (able && localStorage.getItem(NAME)) {
    // A draft sealed under another code stays unreadable, and is left alone.
    load(place).then((content) => resume(place, content), () => {});
  }
} else if (place) {
  showProgress(place);
  if (able) save(place);
  for (const happens of ["change", "input"]) {
    place.addEventListener(happens, () => {
      showProgress(place);
      if (able) save(place);
    });
  }
}
