// Takes the code from the link's fragment, which no server, log or proxy has seen, and posts it.
// Also when a link is pasted over a page that is open already: then only the fragment changes.
//
// What comes back answers a POST. Its entry of the history keeps the code, so that going back to
// it or loading it anew posts the code again, and no browser asks whether it should.
const own = `/${location.pathname.split("/")[1]}`;
// Elsewhere a link has lost its way, and most of them lead to the survey.
const door = ["/s", "/join", "/enter"].includes(own) ? own : "/s";

function post(code) {
  const form = Object.assign(document.createElement("form"), { method: "post", action: door, hidden: true });
  for (const [name, value] of Object.entries({ code, kept: "1" })) {
    form.append(Object.assign(document.createElement("input"), { name, value }));
  }
  document.body.append(form);
  form.submit();
}

// A fragment that is a place on the page, like "#main", is no code. At a door all others are taken
// for one, and the server says what is wrong with it; elsewhere only what is as long as one.
function codeInLink() {
  const code = location.hash.slice(1);
  return code.length > (own === door ? 0 : 20) && !document.getElementById(code);
}

function enter() {
  const code = location.hash.slice(1);
  if (own !== door) {
    location.replace(`${door}#${code}`);
    return;
  }
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
else if (document.querySelector("[data-takes-fragment], [data-draft=resume], [action='/join/password']")) remember();
const { state } = history;
addEventListener("hashchange", () => {
  if (codeInLink()) enter();
  else if (state) history.replaceState(state, "", location.pathname);
});
