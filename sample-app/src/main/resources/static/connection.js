/*
 * Shows whether the page is connected. What it shows is only true while its event stream is alive: its cards and buttons
 * say so when it is not. After a restart of the application, the cards of earlier runs stay on the page. A change of the
 * page does not take the focus from what it replaces, and a new card is scrolled to. A click before the response to an
 * earlier one says that it waits, and is sent after that with the values that the form had.
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
    let connect, source, timer, earlier, focused, home, wanted;

    document.documentElement.classList.add("scripted");

    // The SSE extension sees one stream that lasts as long as the page: its own retries would come ever more seldom.
    htmx.createEventSource = (url) => {
        const listeners = [["board", alive], ["change", alive]];
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
        document.querySelectorAll("button").forEach((button) => button.ariaDisabled = lost ? "true" : null);
    }

    addEventListener("offline", () => source && lost());
    addEventListener("online", () => away && connect());

    // For each click, and once more for one that has waited.
    document.addEventListener("htmx:confirm", (event) => {
        const { elt, etc } = event.detail;
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
        if (detail.etc.values?.waited && detail.xhr.status === 204) {
            detail.shouldSwap = false; // the refusal of an earlier click stays
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
        home = focused.closest("article")?.id;
        if (detail.type === "board") {
            earlier = [...target.querySelectorAll("article")];
        }
    });
    document.addEventListener("htmx:sseMessage", ({ detail }) => {
        const runs = document.getElementById("runs");
        if (detail.type === "board") {
            if (runs.dataset.simulated !== document.getElementById("cards").dataset.simulated) {
                location.reload(); // it is another page: runs are billed now, or no longer
            }
            earlier.filter((card) => !document.getElementById(card.id)).forEach(keep);
        }
        document.querySelectorAll("article.kept").forEach((card) => {
            const run = card.querySelector(".badge").dataset.run;
            if (run && document.querySelectorAll(`article .badge[data-run="${run}"]`).length > 1) {
                card.remove(); // it was read back
            }
        });
        if (focused !== document.body && document.activeElement === document.body) {
            const card = document.getElementById(home);
            (document.getElementById(focused.id) ?? card?.querySelector("footer a") ?? card ?? runs).focus();
        }
        document.querySelectorAll(".counts a").forEach((link) => {
            link.querySelector("b").textContent = document.querySelectorAll(`${link.hash} > article`).length;
        });
        reveal();
    });

    // The response names the first new card, which the event stream brings.
    document.addEventListener("htmx:afterRequest", ({ detail }) => {
        if (!detail.elt.closest("article")) {
            wanted = detail.xhr.getResponseHeader("Location")?.split("#")[1];
            reveal();
        }
    });

    function reveal() {
        const card = wanted && document.getElementById(wanted);
        if (card) {
            wanted = null;
            if (card.hidden) {
                document.getElementById("filter").reset();
            }
            card.scrollIntoView({ block: "nearest" });
        }
    }

    // The application does not know the run of this card: it may have been restarted.
    function keep(card) {
        const [gone, reason, record] = document.getElementById("gone").content.cloneNode(true).children;
        const badge = card.querySelector(".badge");
        const run = badge.dataset.run;
        if (badge.matches(".running, .waiting")) {
            gone.dataset.run = run ?? "";
            card.querySelector(".state").replaceChildren(gone);
            card.querySelector(".live").replaceChildren();
            card.querySelector(".result").append(reason);
        }
        card.querySelector("footer").replaceChildren();
        if (!record) {
            card.querySelectorAll(".film").forEach((film) => film.tabIndex = 0); // it scrolls, and has no links any more
            card.querySelectorAll(".pictures a").forEach((link) => link.replaceWith(...link.childNodes));
        }
        if (record && run) {
            record.href += run;
            record.setAttribute("aria-describedby", card.getAttribute("aria-labelledby"));
            card.querySelector("footer").append(record);
        }
        card.classList.add("kept");
        document.getElementById("ended").append(card);
    }
})();
