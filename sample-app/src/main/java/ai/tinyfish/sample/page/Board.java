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

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.run.Run;
import ai.tinyfish.spring.event.TinyFishRunErrorEvent;
import ai.tinyfish.spring.event.TinyFishRunEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import ai.tinyfish.spring.event.TinyFishRunProgressEvent;
import ai.tinyfish.spring.event.TinyFishRunStartedEvent;
import ai.tinyfish.spring.event.TinyFishRunStreamingUrlEvent;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.FluxSink.OverflowStrategy;

import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * The runs of this application, and the event stream that keeps all open pages up to
 * date. A browser has six connections to a host, so a page has one stream, and not one
 * for each run. Changes are collected for a moment, and sent together.
 */
@Component
class Board {

	static final int MAX_CARDS = 500;

	/** Number of events that wait for a browser that does not read. */
	static final int MAX_WAITING = 500;

	/** Number of rows in an event, which a browser shows at once. */
	private static final int MAX_CHANGES = 25;

	/** The times that a bar may be long. The shortest one that all runs fit in counts. */
	private static final List<Duration> SCALES = Stream.of(10, 20, 30, 60, 120, 300, 600, 1800)
		.map(Duration::ofSeconds)
		.toList();

	private final Fragments fragments;

	/** By the tag of the runs of the page, and the run id of others; the oldest first. */
	private final Map<String, Card> cards = new LinkedHashMap<>();

	/** Cards of which the pages have no row so far. */
	private final Set<Card> added = new LinkedHashSet<>();

	private final Set<Card> changed = new LinkedHashSet<>();

	/** Other parts of the page, by the name of their events. */
	private final Map<String, String> panels = new ConcurrentHashMap<>();

	/** A disconnected browser may be removed while others are written to. */
	private final Set<FluxSink<ServerSentEvent<String>>> browsers = new CopyOnWriteArraySet<>();

	private final CompletableFuture<Void> watched = new CompletableFuture<>();

	/** Greater than the ids of an earlier process, whose rows a page may still show. */
	private long lastId = System.currentTimeMillis();

	private Duration scale = SCALES.get(0);

	private String news = "";

	private boolean closed;

	Board(Fragments fragments) {
		this.fragments = fragments;
	}

	/**
	 * Add cards for runs that are about to be submitted.
	 * @param requests the requests of the runs
	 * @param answer the type of their results, or null if it is not known
	 * @param origin the button that starts them
	 * @return the cards, whose ids are to be the tags of the runs
	 * @throws TooManyCardsException if there is no room for all of them
	 */
	synchronized List<Card> add(List<AgentRequest> requests, @Nullable Answer answer, String origin) {
		long open = this.cards.values().stream().filter(Card::isOpen).count();
		if (open + requests.size() > MAX_CARDS) {
			throw new TooManyCardsException(open);
		}
		return requests.stream().map((request) -> {
			this.lastId++;
			return add(new Card("page-" + this.lastId, request, answer, origin));
		}).toList();
	}

	private Card add(Card card) {
		if (this.cards.size() >= MAX_CARDS) {
			this.cards.values().stream().filter((old) -> !old.isOpen()).findFirst().ifPresent(this::remove);
		}
		this.cards.put(card.getId(), card);
		this.added.add(card);
		return card;
	}

	/**
	 * Remove a card, such as that of a run that was not submitted.
	 */
	synchronized void remove(Card card) {
		this.cards.remove(card.getId());
		if (!this.added.remove(card)) {
			this.changed.add(card);
		}
	}

	synchronized @Nullable Card find(String id) {
		return this.cards.get(id);
	}

	/**
	 * Find the card of a run by the id of the run.
	 */
	synchronized @Nullable Card findRun(String runId) {
		return this.cards.values().stream().filter((card) -> runId.equals(card.getRunId())).findFirst().orElse(null);
	}

	/**
	 * Return the cards, the newest first.
	 */
	synchronized List<Card> newestFirst() {
		List<Card> cards = new ArrayList<>(this.cards.values());
		Collections.reverse(cards);
		return cards;
	}

	/**
	 * Return all rows as they are now.
	 */
	synchronized String rows() {
		return this.fragments.board(newestFirst(), this.scale);
	}

	/**
	 * Render a card as it is now.
	 * @param framed whether its live view is framed
	 * @return the card, or null if there is no such run any more
	 */
	synchronized @Nullable String card(String id, boolean framed) {
		Card card = this.cards.get(id);
		return (card != null) ? this.fragments.card(card, framed) : null;
	}

	/**
	 * Return the other parts of the page, by the name of their events.
	 */
	Map<String, String> panels() {
		return this.panels;
	}

	/**
	 * Show another part of the page.
	 * @param name the name of its event
	 * @param html the HTML
	 */
	synchronized void show(String name, String html) {
		if (!html.equals(this.panels.put(name, html))) {
			send(event(name, html));
		}
	}

	/**
	 * Return the event stream of a page: its current content, and then each change. The
	 * stream of a browser that does not keep up ends. The browser connects again and
	 * receives the current content.
	 */
	Flux<ServerSentEvent<String>> events() {
		return Flux.<ServerSentEvent<String>>create(this::connect, OverflowStrategy.IGNORE)
			.onBackpressureBuffer(MAX_WAITING, BufferOverflowStrategy.ERROR)
			.onErrorComplete(Exceptions::isOverflow);
	}

	private synchronized void connect(FluxSink<ServerSentEvent<String>> browser) {
		// the others receive the rows that this one has already
		while (!this.added.isEmpty()) {
			publish();
		}
		browser.next(event("board", rows()));
		this.panels.forEach((name, html) -> browser.next(event(name, html)));
		if (this.closed) {
			browser.complete();
			return;
		}
		browser.onDispose(() -> this.browsers.remove(browser));
		this.browsers.add(browser);
		this.watched.complete(null);
		if (browser.isCancelled()) {
			this.browsers.remove(browser);
		}
	}

	/**
	 * Return the future that completes with the first browser.
	 */
	CompletableFuture<Void> watched() {
		return this.watched.copy();
	}

	/**
	 * Return the number of browsers that are connected.
	 */
	int browsers() {
		return this.browsers.size();
	}

	@EventListener
	@Order(Ordered.HIGHEST_PRECEDENCE)
	synchronized void on(TinyFishRunEvent event) {
		Card card = cardOf(event);
		if (card == null) {
			return;
		}
		if (event instanceof TinyFishRunStartedEvent) {
			card.started(event.getRunId());
		}
		else if (event instanceof TinyFishRunStreamingUrlEvent streaming) {
			card.streamedAt(streaming.getStreamingUrl());
		}
		else if (event instanceof TinyFishRunProgressEvent progress) {
			card.step(progress.getPurpose());
		}
		else if (event instanceof TinyFishRunFinishedEvent finished) {
			card.finished(finished);
		}
		else if (event instanceof TinyFishRunErrorEvent error) {
			card.error(error);
		}
		this.changed.add(card);
		if (!(event instanceof TinyFishRunProgressEvent)) {
			this.news = card.getState().getText() + ": " + card.getGoal();
		}
	}

	/**
	 * Find the card of a run, or add one for a run that was not started from the page.
	 * There is no card while all cards belong to other runs in flight.
	 */
	private @Nullable Card cardOf(TinyFishRunEvent event) {
		String tag = event.getTag();
		String key = (tag != null && this.cards.containsKey(tag)) ? tag : event.getRunId();
		if (key == null || this.cards.containsKey(key)) {
			return (key != null) ? this.cards.get(key) : null;
		}
		if (this.cards.size() >= MAX_CARDS && this.cards.values().stream().allMatch(Card::isOpen)) {
			return null;
		}
		Card card = new Card(key, Objects.requireNonNullElse(event.getUrl(), ""),
				Objects.requireNonNullElse(event.getGoal(), ""));
		card.started(event.getRunId());
		return add(card);
	}

	/**
	 * Show the data of a run's record.
	 */
	synchronized void recorded(Run run, CardRecord record) {
		Card card = findRun(run.runId());
		if (card != null) {
			card.recorded(run, record);
			this.changed.add(card);
		}
	}

	/**
	 * Add a card for a run of an earlier process, unless there is no room.
	 */
	synchronized void restore(Run run, GoalVerdict verdict, CardRecord record) {
		if (this.cards.size() < MAX_CARDS && findRun(run.runId()) == null) {
			add(new Card(run, verdict, record));
		}
	}

	/**
	 * Return whether a run has taken its first step, and no other one.
	 */
	synchronized boolean isAtFirstStep(String runId) {
		Card card = findRun(runId);
		return card != null && card.getSteps().size() == 1;
	}

	@Scheduled(fixedRate = 200)
	synchronized void flush() {
		if (!this.added.isEmpty() || !this.changed.isEmpty()) {
			publish();
		}
	}

	/**
	 * Update the bars of running runs. Without such runs, the event is empty: it keeps
	 * the connection alive, and detects disconnected browsers.
	 */
	@Scheduled(fixedRate = 1000)
	synchronized void tick() {
		this.cards.values()
			.stream()
			.filter((card) -> card.getState() == CardState.RUNNING)
			.limit(MAX_CHANGES)
			.forEach(this.changed::add);
		publish();
	}

	private void publish() {
		Duration longest = this.cards.values()
			.stream()
			.map((card) -> card.getTimes().getWhole())
			.max(Duration::compareTo)
			.orElse(Duration.ZERO);
		Duration fitting = SCALES.stream()
			.filter((scale) -> scale.compareTo(longest) >= 0)
			.findFirst()
			.orElse(SCALES.get(SCALES.size() - 1));
		if (!fitting.equals(this.scale)) {
			this.scale = fitting;
			this.changed.addAll(this.cards.values());
		}
		List<Card> added = this.added.stream().limit(MAX_CHANGES).toList();
		added.forEach(this.added::remove);
		added.forEach(this.changed::remove);
		List<Card> changed = this.changed.stream()
			.filter((card) -> !this.added.contains(card))
			.limit(MAX_CHANGES - added.size())
			.toList();
		changed.forEach(this.changed::remove);
		if (!this.browsers.isEmpty()) {
			Map<Boolean, List<Card>> there = changed.stream()
				.collect(Collectors.partitioningBy((card) -> this.cards.containsKey(card.getId())));
			send(event("change", this.fragments.changes(added, there, this.scale, this.news)));
		}
		this.news = "";
	}

	private void send(ServerSentEvent<String> event) {
		this.browsers.forEach((browser) -> browser.next(event));
	}

	private static ServerSentEvent<String> event(String name, String html) {
		return ServerSentEvent.builder(html).event(name).build();
	}

	/**
	 * End the streams, or the web server would wait for them before it stops.
	 */
	@EventListener(ContextClosedEvent.class)
	synchronized void close() {
		this.closed = true;
		this.browsers.forEach(FluxSink::complete);
	}

	/**
	 * Thrown if the runs of all cards are in flight.
	 */
	static final class TooManyCardsException extends RuntimeException {

		TooManyCardsException(long open) {
			super("%d of at most %d runs on this page have not ended. Nothing was started: cancel one, or wait for one to end"
				.formatted(open, MAX_CARDS));
		}

	}

}
