// The staff desk: a source opens in a drawer at the right, above the work. It follows viewer.js.
const pane = element.closest(".bq-drawer");
let opener = null;

actions.close = close;

function close() {
  pane.classList.remove("bq-reading");
  if (opener && opener.isConnected) opener.focus();
}

// Answers are drawn anew after each step: one listener on the document outlives them.
document.addEventListener("click", (event) => {
  const link = event.target.closest && event.target.closest('a[href^="#cite-"]');
  if (!link) return;
  event.preventDefault();
  event.stopPropagation();
  const [, turn, n] = link.getAttribute("href").match(/^#cite-(\d+)-(\d+)$/);
  opener = link;
  document.querySelectorAll(".bq-chosen").forEach((old) => old.classList.remove("bq-chosen"));
  link.classList.add("bq-chosen");
  pane.classList.add("bq-reading");
  trigger("cite", { turn: Number(turn), n: Number(n) });
}, true);

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && pane.classList.contains("bq-reading")) close();
});

watch("value", () => {
  arrived();
  const back = element.querySelector(".bq-close");
  if (back && pane.classList.contains("bq-reading")) back.focus();
});
arrived();
