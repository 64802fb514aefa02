/*
 * Copyright 2026 the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package ai.tinyfish.sample.page;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.spring.event.TinyFishRunErrorEvent;
import ai.tinyfish.spring.event.TinyFishRunEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import ai.tinyfish.spring.event.TinyFishRunProgressEvent;
import ai.tinyfish.spring.event.TinyFishRunStartedEvent;
import ai.tinyfish.spring.event.TinyFishRunStreamingUrlEvent;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * The cards of the page, one for each run of this application, and the event stream that
 * keeps all open pages up to date. A browser has six connections to a host, so a page has
 * one stream, and not one for each run.
 */
@Component
class Board {

	private static final int MAX_CARDS = 40;

	private static final int TICKS_PER_HEARTBEAT = 15;

	private final Fragments fragments;

	/** By the tag of the runs of the page, and the run id of others; the oldest first. */
	private final Map<String, Card> cards = new LinkedHashMap<>();

	/** A browser that has gone may be removed while the others are written to. */
	private final Set<FluxSink<ServerSentEvent<String>>> browsers = new CopyOnWriteArraySet<>();

	private int added;

	private int ticks;

	Board(Fragments fragments) {
		this.fragments = fragments;
	}

	/**
	 * Add a card for a run that is about to be submitted.
	 * @param request the request of the run
	 * @param typed whether it asks for products
	 * @return the card, whose id is to be the tag of the run
	 */
	synchronized Card add(AgentRequest request, boolean typed) {
		this.added++;
		return add(new Card("page-" + this.added, request.url(), request.goal(), typed));
	}

	private Card add(Card card) {
		if (this.cards.size() >= MAX_CARDS) {
			this.cards.values().stream().filter((old) -> !old.isOpen()).findFirst().ifPresent(this::remove);
		}
		this.cards.put(card.getId(), card);
		publish("card", this.fragments.part("card", card));
		return card;
	}

	/**
	 * Remove a card, such as that of a run that was not submitted.
	 */
	synchronized void remove(Card card) {
		this.cards.remove(card.getId());
		publish("board", board());
	}

	synchronized @Nullable Card find(String id) {
		return this.cards.get(id);
	}

	/**
	 * Return the event stream of a page: the cards as they are, and then each change.
	 */
	Flux<ServerSentEvent<String>> events() {
		return Flux.create((browser) -> {
			synchronized (this) {
				browser.next(event("board", board()));
				this.browsers.add(browser);
			}
			browser.onDispose(() -> this.browsers.remove(browser));
		});
	}

	@EventListener
	synchronized void on(TinyFishRunEvent event) {
		Card card = cardOf(event);
		if (card == null) {
			return;
		}
		if (event instanceof TinyFishRunStartedEvent) {
			card.started(event.getRunId());
			publish(card, "state");
		}
		else if (event instanceof TinyFishRunStreamingUrlEvent streaming) {
			card.streamedAt(streaming.getStreamingUrl());
			publish(card, "live");
		}
		else if (event instanceof TinyFishRunProgressEvent progress) {
			card.step(progress.getPurpose());
			publish(card, "steps");
		}
		else if (event instanceof TinyFishRunFinishedEvent finished) {
			card.finished(finished);
			publish(card, "state", "time", "live", "result", "actions");
		}
		else if (event instanceof TinyFishRunErrorEvent error) {
			card.failed(error);
			publish(card, "state", "time", "live", "result", "actions");
		}
	}

	/**
	 * Find the card of a run, or add one for a run that was not started from the page.
	 */
	private @Nullable Card cardOf(TinyFishRunEvent event) {
		String tag = event.getTag();
		String key = (tag != null && this.cards.containsKey(tag)) ? tag : event.getRunId();
		if (key == null || this.cards.containsKey(key)) {
			return (key != null) ? this.cards.get(key) : null;
		}
		return add(new Card(key, Objects.requireNonNullElse(event.getUrl(), ""),
				Objects.requireNonNullElse(event.getGoal(), ""), false));
	}

	/**
	 * Update the elapsed time of runs in flight, and notice browsers that have gone.
	 */
	@Scheduled(fixedRate = 1000)
	synchronized void tick() {
		this.cards.values().stream().filter(Card::isOpen).forEach((card) -> publish(card, "time"));
		this.ticks++;
		if (this.ticks % TICKS_PER_HEARTBEAT == 0) {
			this.browsers.forEach((browser) -> browser.next(ServerSentEvent.<String>builder().comment("").build()));
		}
	}

	/**
	 * End the streams, or the web server would wait for them before it stops.
	 */
	@EventListener(ContextClosedEvent.class)
	synchronized void close() {
		this.browsers.forEach(FluxSink::complete);
	}

	private String board() {
		List<Card> newestFirst = new ArrayList<>(this.cards.values());
		Collections.reverse(newestFirst);
		return this.fragments.board(newestFirst);
	}

	private void publish(Card card, String... parts) {
		for (String part : parts) {
			publish(part + "-" + card.getId(), this.fragments.part(part, card));
		}
	}

	private void publish(String name, String html) {
		ServerSentEvent<String> event = event(name, html);
		this.browsers.forEach((browser) -> browser.next(event));
	}

	private static ServerSentEvent<String> event(String name, String html) {
		return ServerSentEvent.builder(html).event(name).build();
	}

}
