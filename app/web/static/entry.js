// Takes the code from the link's fragment, which no server, log or proxy has seen, and posts it.
// Also when a link is pasted over a page that is open already: then only the fragment changes.
//
// What comes back answers a POST. Its entry of the history keeps the code, so that going back to
// it or loading it anew posts the code again, and no browser asks whether it should.
const door = `/${location.pathname.split("/")[1]}`;

function post(code) {
  const form = Object.assign(document.createElement("form"), { method: "post", action: door, hidden: true });
  for (const [name, value] of Object.entries({ code, kept: "1" })) {
    form.append(Object.assign(document.createElement("input"), { name, value }));
  }
  document.body.append(form);
  form.submit();
}

// A fragment that is a place on the page, like "#main", is no code.
const codeInLink = () => !document.getElementById(location.hash.slice(1)) && location.hash.length > 20;

function enter() {
  const code = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  post(code);
}

// Whoever follows a link to the door, or types its address, is not coming back.
const cameBack = performance.getEntriesByType("navigation")[0]?.type !== "navigate";

function remember() {
  const held = document.querySelector("form input[type=hidden][name=code]");
  const { code, page } = (cameBack && history.state) || {};
  if (held) history.replaceState({ code: held.value }, "", door);
  else if (code && !page) post(code);
  else if (!page) history.replaceState(null, "", location.pathname);
  document.querySelector("[data-takes-fragment]")?.addEventListener("formdata", ({ formData }) => {
    formData.set("kept", "1");
  });
}

if (codeInLink()) enter();
// Pages of questions, and those after them, see to it themselves.
else if (!document.querySelector("[data-draft]:not([data-draft=resume])")) remember();
const { state } = history;
addEventListener("hashchange", () => {
  if (codeInLink()) enter();
  else if (state) history.replaceState(state, "", location.pathname);
});
