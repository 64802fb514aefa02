/*
 * Shows whether the page is connected. What it shows is only true while its event stream is alive: its rows and buttons
 * say so when it is not. After a restart of the application, the rows of earlier runs stay on the page. A change of the
 * page does not take the focus from what it replaces. The card of the selected run is kept up to date, and a run that
 * this page has started is selected. A click before the response to an earlier one says that it waits, and is sent after
 * that with the values that the form had.
 */
(() => {
    const RETRY = 2_000;
    const SILENCE = 10_000; // the stream has an event each second
    const DOUBLE_CLICK = 1_000; // as in RunStarter
    const status = document.getElementById("connection");
    const note = Object.assign(document.createElement("p"), { className: "unsent", role: "alert" });
    const queue = Object.assign(document.createElement("p"), { className: "queue", role: "status" });
    const waiting = [];
    let away = false;
    let clicked = {};
    const runs = document.getElementById("runs");
    const shown = document.getElementById("shown");
    let connect, source, timer, earlier, focused, wanted;

    document.documentElement.classList.add("scripted");

    // The SSE extension sees one stream that lasts as long as the page: its own retries would come ever more seldom.
    htmx.createEventSource = (url) => {
        const listeners = [["board", board], ["change", alive]];
        connect = () => {
            source?.close();
            source = new EventSource(url);
            source.onerror = lost;
            listeners.forEach((listener) => source.addEventListener(...listener));
            next(lost, SILENCE);
        };
        connect();
        return {
            addEventListener(...listener) {
                listeners.push(listener);
                source.addEventListener(...listener);
            },
        };
    };

    // All rows at once. A swap of htmx would look for each of their ids.
    function board({ data }) {
        const table = document.querySelector(".table");
        const notify = (name) => table.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: { type: "board" } }));
        notify("htmx:sseBeforeMessage");
        table.innerHTML = data;
        notify("htmx:sseMessage");
        alive();
    }

    function next(action, time) {
        clearTimeout(timer);
        timer = setTimeout(action, time);
    }

    function alive() {
        next(lost, SILENCE);
        if (away) {
            show(false, status.dataset.back);
        }
    }

    function lost() {
        source.close();
        next(connect, RETRY);
        if (!away) {
            show(true, status.dataset.lost);
        }
    }

    function show(lost, text) {
        away = lost;
        status.textContent = text;
        document.body.classList.toggle("away", lost);
        document.querySelectorAll("button:not(.copy, [type=reset])").forEach((button) => button.ariaDisabled = lost ? "true" : null);
    }

    addEventListener("offline", () => source && lost());
    addEventListener("online", () => away && connect());

    // For each click, and once more for one that has waited.
    document.addEventListener("htmx:confirm", (event) => {
        const { elt, etc, verb } = event.detail;
        if (verb === "get") {
            return;
        }
        if (etc.values) {
            waiting.splice(waiting.indexOf(elt), 1);
            count();
            return;
        }
        note.remove();
        const values = elt.matches("form") ? Object.fromEntries(new FormData(elt)) : {};
        const click = { elt, values: JSON.stringify(values), time: Date.now() };
        const twice = click.elt === clicked.elt && click.values === clicked.values && click.time - clicked.time < DOUBLE_CLICK;
        const busy = elt.matches(".htmx-request");
        etc.values = values;
        if (busy && twice) {
            event.preventDefault();
            say(event, "The second click of a double click is not sent.");
            return;
        }
        clicked = click;
        if (busy) {
            values.waited = true;
            waiting.push(elt);
            place(queue, elt);
            count();
        }
    });
    document.addEventListener("htmx:configRequest", ({ detail }) => {
        if (detail.parameters.waited) {
            detail.errors = []; // of what the form has now
        }
    });
    document.addEventListener("htmx:beforeSwap", ({ detail }) => {
        if (detail.xhr.status === 204 && (detail.etc.values?.waited || detail.requestConfig.verb === "get")) {
            detail.shouldSwap = false; // the refusal of an earlier click stays, and the card of a run that is gone
        }
    });

    function count() {
        const number = waiting.filter((elt) => elt.isConnected).length;
        queue.textContent = `The request before has no response yet. Waiting to be sent: ${number}`;
        if (!number) {
            queue.remove();
        }
    }

    document.addEventListener("htmx:beforeRequest", (event) => {
        event.detail.error = ""; // or htmx writes a request that fails to the console
        if (away) {
            event.preventDefault();
            say(event, "Not sent: the connection is lost. Try again when it is back.");
        }
    });
    ["htmx:sendError", "htmx:timeout"].forEach((failure) => document.addEventListener(failure, (event) => say(event,
        "No response. The request may have been received: check the runs before you repeat it.")));

    function say(event, text) {
        note.textContent = "";
        place(note, event.detail.elt);
        note.textContent = text;
    }

    function place(text, elt) {
        (elt.querySelector("button") ?? elt.closest("ul") ?? elt).after(text); // no button moves to the side
    }

    document.addEventListener("htmx:sseBeforeMessage", ({ target, detail }) => {
        focused = document.activeElement;
        if (detail.type === "board") {
            earlier = [...target.querySelectorAll("#rows > .row")];
        }
    });
    document.addEventListener("htmx:sseMessage", ({ detail }) => {
        if (detail.type === "board") {
            if (runs.dataset.simulated !== document.getElementById("board").dataset.simulated) {
                location.reload(); // it is another page: runs are billed now, or no longer
            }
            earlier.filter((row) => !document.getElementById(row.id)).forEach(keep);
        }
        document.querySelectorAll(".row.kept").forEach((row) => {
            const run = row.querySelector(".rest").dataset.run;
            if (run && document.querySelectorAll(`.rest[data-run="${run}"]`).length > 1) {
                row.remove(); // it was read back
            }
        });
        if (focused !== document.body && document.activeElement === document.body) {
            (document.getElementById(focused.id) ?? runs).focus();
        }
        follow();
    });

    // The card of the selected run, which is loaded once more when its row has changed.
    function follow() {
        const card = document.getElementById("card");
        const started = wanted && document.getElementById(`run-${wanted}`);
        if (started) {
            document.getElementById("filter").reset();
            select(wanted);
            started.scrollIntoView({ block: "nearest" });
            wanted = null;
            return;
        }
        const first = document.querySelector("#rows > .row");
        if (first && !card) {
            select(first.id.slice(4));
            return;
        }
        const version = card && document.getElementById(`rest-${card.dataset.id}`)?.dataset.version;
        if (version && version !== card.dataset.version) {
            htmx.trigger(card, "changed");
        }
    }

    function select(id) {
        const row = document.getElementById(`run-${id}`);
        return htmx.ajax("GET", `/board/cards/${id}`, { source: row.querySelector("a"), target: "#shown", swap: "innerHTML" });
    }

    function mark() {
        const id = document.getElementById("card")?.dataset.id;
        document.querySelectorAll("#rows a[aria-current]").forEach((link) => link.removeAttribute("aria-current"));
        document.getElementById(`show-${id}`)?.setAttribute("aria-current", "true");
    }

    document.addEventListener("htmx:afterSwap", mark);
    document.addEventListener("htmx:sseMessage", mark);
    document.addEventListener("click", (event) => {
        const link = event.target.closest("#rows a");
        const cancel = event.target.closest("#rows button");
        if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
            event.preventDefault();
            select(link.id.slice(5)).then(() => shown.scrollIntoView({ block: "nearest" }));
        }
        if (cancel) {
            event.preventDefault();
            htmx.ajax("POST", cancel.formAction, { source: cancel, target: "#message", swap: "textContent" });
        }
    });

    // The response names the first new run, whose row the event stream brings.
    document.addEventListener("htmx:afterRequest", ({ detail }) => {
        const place = detail.xhr.getResponseHeader("Location");
        if (place && !detail.elt.id.startsWith("cancel-")) {
            wanted = new URLSearchParams(place.split("?")[1]).get("run");
            follow();
        }
    });

    // The application does not know the run of this row: it may have been restarted.
    function keep(row) {
        const [gone, reason, record] = document.getElementById("gone").content.cloneNode(true).children;
        const rest = row.querySelector(".rest");
        const link = row.querySelector("a");
        if (rest.querySelector(".badge.running, .badge.waiting")) {
            rest.querySelector(".state").replaceChildren(gone);
            row.querySelector(".what").append(reason);
        }
        rest.querySelector("button")?.remove();
        const name = Object.assign(document.createElement("b"), { textContent: link.textContent });
        link.replaceWith(name);
        if (record && rest.dataset.run) {
            record.href += rest.dataset.run;
            record.setAttribute("aria-label", `${record.textContent}: ${name.textContent}`);
            row.querySelector(".paid").append(record);
        }
        row.classList.add("kept");
        document.getElementById("rows").append(row);
        const card = document.getElementById("card");
        if (card && row.id === `run-${card.dataset.id}`) {
            card.dataset.version = rest.dataset.version;
            card.querySelectorAll("footer, iframe").forEach((part) => part.remove());
            card.querySelectorAll(".steps a").forEach((picture) => picture.replaceWith(...picture.childNodes));
            card.querySelector(".state").replaceChildren(...rest.querySelector(".state").cloneNode(true).childNodes);
        }
    }
})();
