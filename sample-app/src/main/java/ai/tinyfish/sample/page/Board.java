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
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Supplier;

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
 * The cards of the page, one for each run of this application, and the event stream that
 * keeps all open pages up to date. A browser has six connections to a host, so a page has
 * one stream, and not one for each run.
 */
@Component
class Board {

	static final int MAX_CARDS = 60;

	/** Number of runs that have ended whose steps and result are not folded. */
	static final int UNFOLDED = 4;

	/** Number of events that wait for a browser that does not read. */
	static final int MAX_WAITING = 500;

	private final Fragments fragments;

	/** By the tag of the runs of the page, and the run id of others; the oldest first. */
	private final Map<String, Card> cards = new LinkedHashMap<>();

	/** Other parts of the page, by the name of their events. */
	private final Map<String, String> panels = new ConcurrentHashMap<>();

	/** A disconnected browser may be removed while others are written to. */
	private final Set<FluxSink<ServerSentEvent<String>>> browsers = new CopyOnWriteArraySet<>();

	/** Greater than the ids of an earlier process, whose cards a page may still show. */
	private long lastId = System.currentTimeMillis();

	private final CompletableFuture<Void> watched = new CompletableFuture<>();

	private boolean closed;

	Board(Fragments fragments) {
		this.fragments = fragments;
	}

	/**
	 * Add cards for runs that are about to be submitted.
	 * @param requests the requests of the runs
	 * @param answer the type of their results, or null if it is not known
	 * @return the cards, whose ids are to be the tags of the runs
	 * @throws TooManyCardsException if there is no room for all of them
	 */
	synchronized List<Card> add(List<AgentRequest> requests, @Nullable Answer answer) {
		long open = this.cards.values().stream().filter(Card::isOpen).count();
		if (open + requests.size() > MAX_CARDS) {
			throw new TooManyCardsException(open);
		}
		return requests.stream().map((request) -> {
			this.lastId++;
			return add(new Card("page-" + this.lastId, request, answer));
		}).toList();
	}

	private Card add(Card card) {
		List<Card> ended = group(CardGroup.ENDED);
		if (this.cards.size() >= MAX_CARDS && !ended.isEmpty()) {
			remove(ended.get(ended.size() - 1));
		}
		this.cards.put(card.getId(), card);
		publish("added", card);
		return card;
	}

	/**
	 * Remove a card, such as that of a run that was not submitted.
	 */
	synchronized void remove(Card card) {
		this.cards.remove(card.getId());
		publish("removed", card);
	}

	synchronized @Nullable Card find(String id) {
		return this.cards.get(id);
	}

	/**
	 * Show another part of the page.
	 * @param name the name of its event
	 * @param html the HTML
	 */
	synchronized void show(String name, String html) {
		if (!html.equals(this.panels.put(name, html))) {
			publish(() -> event(name, html));
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
		browser.next(event("board", this.fragments.board(groups(), true)));
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
			publish("moved", card);
		}
		else if (event instanceof TinyFishRunStreamingUrlEvent streaming) {
			card.streamedAt(streaming.getStreamingUrl());
			publish("viewed", card);
		}
		else if (event instanceof TinyFishRunProgressEvent progress) {
			card.step(progress.getPurpose());
			publish("stepped", card);
		}
		else if (event instanceof TinyFishRunFinishedEvent finished) {
			card.finished(finished);
			publish("moved", card);
			foldOldCards();
		}
		else if (event instanceof TinyFishRunErrorEvent error) {
			card.error(error);
			publish("moved", card);
			foldOldCards();
		}
	}

	private void foldOldCards() {
		group(CardGroup.ENDED).stream().skip(UNFOLDED).filter((old) -> !old.isFolded()).forEach((old) -> {
			old.fold();
			publish("folded", old);
		});
	}

	/**
	 * Show the data of a run's record.
	 */
	synchronized void recorded(Run run, CardRecord record) {
		Card card = findRun(run.runId());
		if (card != null) {
			card.recorded(run, record);
			publish("recorded", card);
		}
	}

	/**
	 * Add a card for a run of an earlier process, unless there is no room.
	 */
	synchronized void restore(Run run, GoalVerdict verdict, CardRecord record) {
		if (this.cards.size() < MAX_CARDS && findRun(run.runId()) == null) {
			add(new Card(run, verdict, record));
			foldOldCards();
		}
	}

	/**
	 * Return whether a run has taken its first step, and no other one.
	 */
	synchronized boolean isAtFirstStep(String runId) {
		Card card = findRun(runId);
		return card != null && card.getSteps().size() == 1;
	}

	/**
	 * Find the card of a run by the id of the run.
	 */
	synchronized @Nullable Card findRun(String runId) {
		return this.cards.values().stream().filter((card) -> runId.equals(card.getRunId())).findFirst().orElse(null);
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
	 * Update the elapsed time of runs in flight. Without such runs, the event is empty:
	 * it keeps the connection alive, and detects disconnected browsers.
	 */
	@Scheduled(fixedRate = 1000)
	synchronized void tick() {
		List<Card> open = this.cards.values().stream().filter(Card::isOpen).toList();
		publish(() -> event("change", this.fragments.times(open)));
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
	 * Return all cards as they are now.
	 */
	synchronized String board() {
		return this.fragments.board(groups(), false);
	}

	/**
	 * Return the other parts of the page, by the name of their events.
	 */
	Map<String, String> panels() {
		return this.panels;
	}

	private Map<CardGroup, List<Card>> groups() {
		Map<CardGroup, List<Card>> groups = new EnumMap<>(CardGroup.class);
		for (CardGroup group : CardGroup.values()) {
			groups.put(group, group(group));
		}
		return groups;
	}

	/**
	 * Return the cards of a group: those in line in the order of the line, others the
	 * newest first.
	 */
	private List<Card> group(CardGroup group) {
		List<Card> members = new ArrayList<>(
				this.cards.values().stream().filter((card) -> card.getGroup() == group).toList());
		if (group != CardGroup.WAITING) {
			Collections.reverse(members);
		}
		if (group == CardGroup.ENDED) {
			members.sort(Comparator.comparing((card) -> card.getTimes().getEndedAt(),
					Comparator.nullsLast(Comparator.reverseOrder())));
		}
		return members;
	}

	private void publish(String change, Card card) {
		publish(() -> event("change", this.fragments.change(change, card)));
	}

	private void publish(Supplier<ServerSentEvent<String>> change) {
		if (!this.browsers.isEmpty()) {
			ServerSentEvent<String> event = change.get();
			this.browsers.forEach((browser) -> browser.next(event));
		}
	}

	private static ServerSentEvent<String> event(String name, String html) {
		return ServerSentEvent.builder(html).event(name).build();
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
