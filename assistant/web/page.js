// The source viewer's behaviour in the browser: opening a source from the chat, turning pages,
// zooming, and moving to the mark. The server sends one <section class="bq-view"> a source.
const ZOOMS = [100, 150, 200, 300];
const narrow = window.matchMedia("(max-width: 820px)");
const pane = element.closest(".bq-right");
let opener = null;

const section = () => element.querySelector(".bq-view");

function draw() {
  const view = section();
  if (!view) return;
  const { path, page, cited, pages, mark, name, zoom } = view.dataset;
  const percent = ZOOMS[Number(zoom)];
  const image = view.querySelector(".bq-image");
  const scale = percent >= 200 ? 3 : 2;
  const source = `${path}${page}.png?scale=${scale}` + (page === cited ? `&mark=${mark}` : "");
  view.querySelector(".bq-failed").hidden = true;
  image.hidden = false;
  image.style.width = `${percent}%`;
  image.alt = `${name} 第 ${page} 页` + (page === cited ? "，已标出引用的位置" : "");
  if (image.getAttribute("src") !== source) {
    view.classList.add("bq-loading");
    image.setAttribute("src", source);
  }
  view.querySelector(".bq-where").textContent = `第 ${page} / ${pages} 页`;
  view.querySelector(".bq-zoom").textContent = `${percent}%`;
  const off = (act, disabled) => { view.querySelector(`[data-act=${act}]`).disabled = disabled; };
  off("previous", Number(page) <= 1);
  off("next", Number(page) >= Number(pages));
  off("cited", page === cited);
  off("out", Number(zoom) === 0);
  off("in", Number(zoom) === ZOOMS.length - 1);
}

function toMark() {
  const view = section();
  const image = view.querySelector(".bq-image");
  const scroll = view.querySelector(".bq-scroll");
  const onCited = view.dataset.page === view.dataset.cited;
  scroll.scrollTop = onCited ? Math.max(0, image.clientHeight * Number(view.dataset.top) - scroll.clientHeight / 4) : 0;
}

const actions = {
  previous: (view) => { view.dataset.page = Math.max(1, Number(view.dataset.page) - 1); },
  next: (view) => { view.dataset.page = Math.min(Number(view.dataset.pages), Number(view.dataset.page) + 1); },
  cited: (view) => { view.dataset.page = view.dataset.cited; },
  out: (view) => { view.dataset.zoom = Math.max(0, Number(view.dataset.zoom) - 1); },
  in: (view) => { view.dataset.zoom = Math.min(ZOOMS.length - 1, Number(view.dataset.zoom) + 1); },
};

function close() {
  pane.classList.remove("bq-reading");
  if (opener && opener.isConnected) opener.focus();
}

function open(link) {
  const [, turn, n] = link.getAttribute("href").match(/^#cite-(\d+)-(\d+)$/);
  opener = link;
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
  open(link);
}, true);

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && pane.classList.contains("bq-reading")) close();
});

element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (!button) return;
  if (button.dataset.act === "close") {
    close();
    return;
  }
  const before = section().dataset.page;
  actions[button.dataset.act](section());
  draw();
  if (section().dataset.page !== before) section().querySelector(".bq-scroll").scrollTop = 0;
});

// `load` and `error` do not bubble: they are caught on the way down.
element.addEventListener("load", () => {
  section().classList.remove("bq-loading");
  toMark();
}, true);
element.addEventListener("error", () => {
  const view = section();
  view.classList.remove("bq-loading");
  view.querySelector(".bq-image").hidden = true;
  view.querySelector(".bq-failed").hidden = false;
}, true);

// A new question moves to the top of the chat, so that its answer is read from its first sentence.
const main = element.closest(".bq-main");
let shown = 0;
new MutationObserver(() => {
  const chat = main.querySelector(".bq-chat");
  if (!chat) return;
  const now = chat.querySelectorAll(".bq-question, .bq-answer").length;
  if (now === shown) return;
  shown = now;
  const row = [...chat.querySelectorAll(".bq-question")].pop()?.closest(".message-row");
  const list = chat.querySelector(".bubble-wrap");
  if (row && list) list.scrollTop += row.getBoundingClientRect().top - list.getBoundingClientRect().top - 8;
}).observe(main, { childList: true, subtree: true });

watch("value", draw);
draw();
