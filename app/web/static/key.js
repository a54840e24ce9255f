// Puts the key of the link into its field, from the fragment, which no server, log or proxy has
// seen. It does not send it: mail scanners follow links and run scripts, and only a person presses.
function fill() {
  const key = location.hash.slice(1);
  if (!key || document.getElementById(key)) return; // "#main" is a place on the page
  history.replaceState(null, "", location.pathname);
  const form = document.querySelector("form.code");
  form.elements.code.value = key;
  form.querySelector("button").focus();
}
addEventListener("hashchange", fill); // also when a link is pasted over the open page
fill();
