// Looks again after some seconds while something goes on; without this there is a link.
// Not while somebody is typing or reading aloud a part that would be lost.
const busy = document.querySelector("[data-look-again]");
function look() {
  const typing = document.activeElement && document.activeElement.matches("input, textarea, select");
  if (typing || document.hidden) setTimeout(look, 3000);
  else location.replace(location.pathname);
}
if (busy) setTimeout(look, 1000 * Number(busy.dataset.lookAgain));
