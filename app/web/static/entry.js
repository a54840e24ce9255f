// Takes the code from the link's fragment, which no server, log or proxy has seen, and posts it.
const form = document.querySelector("form[data-takes-fragment]");
const code = location.hash.slice(1);
if (form && code) {
  history.replaceState(null, "", location.pathname);
  form.elements.code.value = code;
  form.submit();
}
