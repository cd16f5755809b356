// What the server cannot do: hear that something changed, say that the line is down, and count seconds.
"use strict";

(() => {
  const RETRY_MOST = 15000; // milliseconds between two tries to hear again
  const LOOK_AGAIN = 60000; // without any word: time alone changes what a page says
  const TOGETHER = 400; // words that follow on each other within this time are one look

  // -------------------------------------------------------------------------------------------- the connection
  const shown = document.getElementById("connection");
  let source = null, retry = 1000, timer = 0, last = "", lookTimer = 0;

  const clockOf = (date) => date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

  function say(state, words) {
    if (!shown || (shown.dataset.state === state && state !== "lost")) return;
    if (shown.dataset.state === "lost" && state === "lost") return;
    shown.dataset.state = state;
    shown.textContent = words;
  }

  function lost() {
    say("lost", `Connection lost at ${clockOf(new Date())}. What you see may be old; trying again.`);
  }

  function look() {
    clearTimeout(lookTimer);
    lookTimer = setTimeout(() => document.body.dispatchEvent(new CustomEvent("news")), TOGETHER);
  }

  function listen() {
    clearTimeout(timer);
    if (source || document.hidden) return;
    source = new EventSource("/console/stream");
    source.addEventListener("news", (event) => {
      retry = 1000;
      say("live", "Live");
      if (last && last !== event.lastEventId) look();
      last = event.lastEventId;
    });
    source.addEventListener("away", () => {
      last = "away";
      say("lost", `The desk's database does not answer since ${clockOf(new Date())}. What you see may be old.`);
    });
    source.addEventListener("over", () => location.reload());
    source.onerror = () => {
      lost();
      hush();
      last = "lost"; // whatever happened meanwhile is looked at as soon as the line is back
      timer = setTimeout(listen, retry);
      retry = Math.min(retry * 2, RETRY_MOST);
    };
  }

  function hush() {
    if (source) source.close();
    source = null;
  }

  // A page that nobody sees needs no connection, of which a browser has few.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) hush();
    else { last = last || "hidden"; listen(); look(); }
  });
  window.addEventListener("online", () => { hush(); listen(); });
  if (shown) {
    listen();
    setInterval(() => { if (!document.hidden && shown.dataset.state === "live") look(); }, LOOK_AGAIN);
  }
  document.body.addEventListener("htmx:sendError", lost);

  // ------------------------------------------------------------------------------------------------- countdowns
  const two = (large, its, small, own) => (small ? `${large} ${its} ${small} ${own}` : `${large} ${its}`);

  function span(seconds) {
    if (seconds < 60) return `${seconds} s`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
    if (seconds < 86400) return two(Math.floor(seconds / 3600), "h", Math.floor((seconds % 3600) / 60), "min");
    return two(Math.floor(seconds / 86400), "d", Math.floor((seconds % 86400) / 3600), "h");
  }

  function tick() {
    const now = Date.now();
    for (const each of document.querySelectorAll("time[data-due]")) {
      const left = Math.trunc((Date.parse(each.dataset.due) - now) / 1000);
      const words = left > 0 ? `in ${span(left)}` : `${span(-left)} ago`;
      if (each.textContent !== words) each.textContent = words;
    }
  }
  tick();
  setInterval(tick, 1000);
  document.body.addEventListener("htmx:afterSwap", tick);

  // -------------------------------------------------------------------------------- a form is sent once at a time
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.method !== "post") return;
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // What was refused is where the eyes and the keyboard should be.
  const refused = document.querySelector("[aria-invalid='true']");
  if (refused) refused.focus();
})();
