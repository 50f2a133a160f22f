// The source viewer's behaviour in the browser: opening a source from the chat, turning pages,
// zooming, and moving to the mark. The server sends one <section class="bq-view"> a source.
const ZOOMS = [100, 150, 200, 300];
const PHONE_ZOOM = 2; // a whole A4 page across a phone cannot be read
const narrow = window.matchMedia("(max-width: 820px)");
const pane = element.closest(".bq-right");
let opener = null;
let settling = false; // the picture on its way shows another place than the last one

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

// A new page is read from the mark, or from its top left.
function settle() {
  const { page, cited, left, top } = section().dataset;
  const image = section().querySelector(".bq-image");
  const scroll = section().querySelector(".bq-scroll");
  const at = page === cited ? [Number(left), Number(top)] : [0, 0];
  scroll.scrollLeft = image.clientWidth * at[0] - scroll.clientWidth * 0.55; // names stand left of figures
  scroll.scrollTop = image.clientHeight * at[1] - scroll.clientHeight / 4;
}

// Zooming keeps what is in the middle of the window there.
function zoomed(step) {
  const view = section();
  const scroll = view.querySelector(".bq-scroll");
  const before = ZOOMS[Number(view.dataset.zoom)];
  view.dataset.zoom = Math.min(ZOOMS.length - 1, Math.max(0, Number(view.dataset.zoom) + step));
  const ratio = ZOOMS[Number(view.dataset.zoom)] / before;
  const left = (scroll.scrollLeft + scroll.clientWidth / 2) * ratio - scroll.clientWidth / 2;
  const top = (scroll.scrollTop + scroll.clientHeight / 2) * ratio - scroll.clientHeight / 2;
  draw();
  scroll.scrollTo(left, top);
}

function turned(page) {
  const view = section();
  view.dataset.page = Math.min(Number(view.dataset.pages), Math.max(1, page));
  settling = true;
  draw();
}

const actions = {
  previous: (view) => turned(Number(view.dataset.page) - 1),
  next: (view) => turned(Number(view.dataset.page) + 1),
  cited: (view) => turned(Number(view.dataset.cited)),
  out: () => zoomed(-1),
  in: () => zoomed(1),
  close: () => close(),
};

function arrived() {
  if (!section()) return;
  if (narrow.matches) section().dataset.zoom = PHONE_ZOOM;
  settling = true;
  draw();
}

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
  if (button) actions[button.dataset.act](section());
});

// `load` and `error` do not bubble: they are caught on the way down.
element.addEventListener("load", () => {
  section().classList.remove("bq-loading");
  if (settling) settle();
  settling = false;
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

watch("value", arrived);
arrived();
