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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

import ai.tinyfish.spring.event.TinyFishRunEvent;
import org.jspecify.annotations.Nullable;
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

	private final TinyFishRelayProperties properties;

	private final Predicate<String> followed;

	private final RunHistories histories;

	private @Nullable Disposable maintenance;

	private boolean destroyed;

	private volatile boolean running = true;

	/**
	 * Create a new relay.
	 * @param followed tests whether the last event of a run is still to be published,
	 * which is also true during its publication
	 * @param properties the limits
	 * @param frames renders the events
	 */
	DefaultRunEventRelay(Predicate<String> followed, TinyFishRelayProperties properties, EventFrames frames) {
		this.followed = followed;
		this.properties = properties;
		this.histories = new RunHistories(properties, frames);
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
		if (event instanceof TinyFishRunEvent runEvent && runEvent.getRunId() != null) {
			this.histories.add(runEvent.getRunId(), runEvent);
			startMaintenance();
		}
		else if (event instanceof ContextClosedEvent) {
			// perhaps of a child, whose web server waits for open responses
			this.histories.endWatches();
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
			RunWatch watch = watch(sink, runId, lastEventId, this.properties.writeTimeout().multipliedBy(4));
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
			return new EventFrames.ReactiveWriter(response, this.properties.writeTimeout(), drops().slow()::increment)
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
		startMaintenance();
		return watch;
	}

	private synchronized void startMaintenance() {
		if (this.maintenance == null && !this.destroyed) {
			long interval = this.properties.heartbeat().toMillis();
			this.maintenance = Schedulers.parallel()
				.schedulePeriodically(() -> this.histories.lookAfter(this.followed), interval, interval,
						TimeUnit.MILLISECONDS);
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
	public synchronized void destroy() {
		this.destroyed = true;
		this.histories.close();
		if (this.maintenance != null) {
			this.maintenance.dispose();
		}
	}

}
