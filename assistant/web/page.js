// The source viewer beside the chat: opening a source, and closing it on a narrow screen.
// It follows viewer.js, which shows the page.
const pane = element.closest(".bq-right");
let opener = null;
let byKeyboard = false; // the source was opened by a key: the focus follows it

actions.close = close;

function close() {
  pane.classList.remove("bq-reading");
  if (opener && opener.isConnected) opener.focus();
}

function open(link, keyboard) {
  const [, turn, n] = link.getAttribute("href").match(/^#cite-(\d+)-(\d+)$/);
  opener = link;
  byKeyboard = keyboard;
  document.querySelectorAll(".bq-chosen").forEach((old) => old.classList.remove("bq-chosen"));
  link.classList.add("bq-chosen");
  if (narrow.matches) pane.classList.add("bq-reading");
  trigger("cite", { turn: Number(turn), n: Number(n) });
}

// Sources are links inside chat messages, which Gradio draws anew at each turn: one listener on the
// document outlives them. It runs before Gradio's own, so that no link is followed.
document.addEventListener("click", (event) => {
  const link = event.target.closest && event.target.closest('a[href^="#cite-"]');
  if (!link) return;
  event.preventDefault();
  event.stopPropagation();
  open(link, event.detail === 0); // a key makes a click without a count
}, true);

document.addEventListener("keydown", (event) => {
  const reading = pane.classList.contains("bq-reading") || pane.contains(document.activeElement);
  if (event.key === "Escape" && reading) close();
});

// A new question moves to the top of the chat, so that its answer is read from its first sentence.
const main = element.closest(".bq-main");
let shown = 0;
new MutationObserver(() => {
  const chat = main.querySelector(".bq-chat");
  if (!chat) return;
  const now = chat.querySelectorAll(".bq-question, .bq-answer, .bq-growing").length;
  if (now === shown) return;
  shown = now;
  const row = [...chat.querySelectorAll(".bq-question")].pop()?.closest(".message-row");
  const list = chat.querySelector(".bubble-wrap");
  if (row && list) list.scrollTop += row.getBoundingClientRect().top - list.getBoundingClientRect().top - 8;
}).observe(main, { childList: true, subtree: true });

watch("value", () => {
  arrived();
  const reading = element.querySelector(".bq-scroll") ?? element.querySelector(".bq-close");
  if (byKeyboard && reading) reading.focus({ preventScroll: true });
  byKeyboard = false;
});
arrived();
