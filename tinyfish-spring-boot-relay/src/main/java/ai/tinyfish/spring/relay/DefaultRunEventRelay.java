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

package ai.tinyfish.spring.relay;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

import ai.tinyfish.spring.event.TinyFishRunEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.SmartApplicationListener;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * Relay that remembers events and sends them to subscribers. The type of the bean is
 * {@link RunEventRelay}, so that the context detects the listener and the lifecycle only
 * once the bean was created.
 */
final class DefaultRunEventRelay implements RunEventRelay, SmartApplicationListener, SmartLifecycle, DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(DefaultRunEventRelay.class);

	private final Limits limits;

	private final Predicate<String> followed;

	private final RunHistories histories;

	private final Lock lock = new ReentrantLock();

	private @Nullable Disposable care;

	private boolean destroyed;

	private volatile boolean running = true;

	/**
	 * Create a new relay.
	 * @param followed tests whether the last event of a run is still to be published,
	 * which is also true during its publication
	 * @param limits the bounds on remembered events
	 * @param frames renders the events
	 */
	DefaultRunEventRelay(Predicate<String> followed, Limits limits, EventFrames frames) {
		this.followed = followed;
		this.limits = limits;
		this.histories = new RunHistories(limits, frames);
	}

	/**
	 * Return the counters of the subscribers that were dropped.
	 */
	RelayDrops drops() {
		return this.histories.drops();
	}

	RunHistories histories() {
		return this.histories;
	}

	@Override
	public boolean supportsEventType(Class<? extends ApplicationEvent> eventType) {
		return TinyFishRunEvent.class.isAssignableFrom(eventType)
				|| ContextClosedEvent.class.isAssignableFrom(eventType);
	}

	@Override
	public void onApplicationEvent(ApplicationEvent event) {
		if (event instanceof TinyFishRunEvent runEvent) {
			remember(runEvent);
		}
		else if (event instanceof ContextClosedEvent) {
			// perhaps of a child, whose web server waits for open responses
			this.histories.endWatches();
		}
	}

	private void remember(TinyFishRunEvent event) {
		RunHistory history = (event.getRunId() != null) ? this.histories.add(event.getRunId(), event) : null;
		if (history == null) {
			return;
		}
		history.watches().forEach(RunWatch::signal);
		if (history.hasEnded()) {
			takeCare();
		}
	}

	/**
	 * Before other listeners: an exception of theirs would keep the event from later
	 * ones.
	 */
	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

	/**
	 * On the publishing thread, to keep the order of events.
	 */
	@Override
	public boolean supportsAsyncExecution() {
		return false;
	}

	@Override
	public Flux<ServerSentEvent<TinyFishRunEvent>> events(String runId, @Nullable String lastEventId) {
		check(runId);
		return Flux.<RunHistory.Entry>create((sink) -> {
			RunWatch watch = watch(sink, runId, lastEventId, this.limits.demandDeadline());
			sink.onDispose(() -> this.histories.remove(watch));
		}, FluxSink.OverflowStrategy.ERROR)
			.map(RunHistory.Entry::event)
			.onErrorComplete(RunWatch.ClosedException.class);
	}

	/**
	 * Return the same events and comments as rendered bytes, which all subscribers share.
	 * A subscriber itself checks that its browser reads.
	 */
	Flux<byte[]> frames(String runId, @Nullable String lastEventId) {
		check(runId);
		return Flux.<RunHistory.Entry>create((sink) -> {
			RunWatch watch = watch(sink, runId, lastEventId, null);
			sink.onDispose(() -> this.histories.remove(watch));
		}, FluxSink.OverflowStrategy.ERROR).map(RunHistory.Entry::frame);
	}

	/**
	 * The watch lasts until everything has been written: a browser that does not read is
	 * still connected.
	 */
	@Override
	public Mono<Void> write(String runId, @Nullable String lastEventId, ServerHttpResponse response) {
		check(runId);
		return Mono.defer(() -> {
			AtomicReference<@Nullable RunWatch> watch = new AtomicReference<>();
			Flux<RunHistory.Entry> entries = Flux.create((sink) -> watch.set(watch(sink, runId, lastEventId, null)),
					FluxSink.OverflowStrategy.ERROR);
			return new EventFrames.ReactiveWriter(response, this.limits.writeDeadline(), drops().slow()::increment)
				.write(entries.map(RunHistory.Entry::frame))
				.doFinally((signal) -> {
					RunWatch written = watch.get();
					if (written != null) {
						this.histories.remove(written);
					}
				});
		});
	}

	private void check(String runId) {
		this.histories.check(runId, this.followed.test(runId));
	}

	private RunWatch watch(FluxSink<RunHistory.Entry> sink, String runId, @Nullable String lastEventId,
			@Nullable Duration demandDeadline) {
		RunWatch watch = new RunWatch(sink, lastEventId, demandDeadline);
		this.histories.watch(watch, runId, this.followed.test(runId));
		sink.onRequest((count) -> watch.requested());
		takeCare();
		return watch;
	}

	/**
	 * Run the periodic maintenance, as long as anything depends on it.
	 */
	private void takeCare() {
		this.lock.lock();
		try {
			if (this.care == null && !this.destroyed && this.histories.areToBeLookedAfter()) {
				long interval = this.limits.heartbeat().toMillis();
				this.care = Schedulers.parallel()
					.schedulePeriodically(this::lookAfter, interval, interval, TimeUnit.MILLISECONDS);
			}
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Reactor was shut down: open relays end with their runs", ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void lookAfter() {
		this.histories.lookAfter(this.followed);
		this.lock.lock();
		try {
			if (!this.histories.areToBeLookedAfter()) {
				stopCare();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void stopCare() {
		if (this.care != null) {
			this.care.dispose();
			this.care = null;
		}
	}

	@Override
	public void start() {
		this.histories.reopen();
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		this.histories.close();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/**
	 * Before the web server, which waits for open responses when it stops.
	 */
	@Override
	public int getPhase() {
		return DEFAULT_PHASE;
	}

	/**
	 * Not pauseable, as the web server is not and continues to serve.
	 */
	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public void destroy() {
		this.histories.close();
		this.lock.lock();
		try {
			this.destroyed = true;
			stopCare();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Bounds of the relay. Text is counted as it is sent, in bytes.
	 *
	 * @param maxRuns number of runs that are remembered
	 * @param maxEvents number of events that are remembered of one run
	 * @param maxRunText text of the events of one run, before its oldest are forgotten
	 * @param maxText text of all runs together, before whole runs are forgotten
	 * @param maxRunWatches number of subscriptions to one run at the same time
	 * @param maxWatches number of subscriptions to all runs at the same time
	 * @param retention time for which a run is remembered after its end
	 * @param heartbeat time between two comments
	 * @param writeDeadline time after which a browser is dropped that reads nothing
	 */
	record Limits(int maxRuns, int maxEvents, int maxRunText, long maxText, int maxRunWatches, int maxWatches,
			Duration retention, Duration heartbeat, Duration writeDeadline) {

		/**
		 * Time after which a subscriber is dropped that asks for nothing. It may be
		 * writing a large event, of which the relay sees nothing.
		 */
		Duration demandDeadline() {
			return this.writeDeadline.multipliedBy(4);
		}

		static final Limits DEFAULTS = new Limits(1000, 256, 256 * 1024, 32 * 1024 * 1024, 100, 1000,
				Duration.ofMinutes(10), Duration.ofSeconds(15), Duration.ofSeconds(30));

	}

}
