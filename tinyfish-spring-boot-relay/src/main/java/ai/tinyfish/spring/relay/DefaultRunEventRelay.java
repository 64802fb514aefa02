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

import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import ai.tinyfish.spring.event.TinyFishRunEvent;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.SmartApplicationListener;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * Relay that stores events and sends them to subscribers. The type of the bean is
 * {@link RunEventRelay}, so that the context detects the listener and the lifecycle only
 * once the bean was created.
 */
final class DefaultRunEventRelay implements RunEventRelay, SmartApplicationListener, SmartLifecycle, DisposableBean {

	private final RelayFactory.Settings settings;

	private final Predicate<String> followed;

	private final RunHistories histories;

	private final EventWriter writer;

	private @Nullable Disposable maintenance;

	private boolean destroyed;

	private volatile boolean running = true;

	/**
	 * Create a new relay.
	 * @param followed tests whether the last event of a run is still to be published,
	 * which is also true during its publication
	 * @param settings the limits
	 * @param frames renders the events
	 */
	DefaultRunEventRelay(Predicate<String> followed, RelayFactory.Settings settings, EventFrames frames) {
		this.followed = followed;
		this.settings = settings;
		this.histories = new RunHistories(settings, frames);
		this.writer = new EventWriter(frames, settings.writeTimeout(), this.histories.drops().slow());
	}

	RunHistories histories() {
		return this.histories;
	}

	/**
	 * Return the writer, which counts the browsers that it drops for this relay.
	 */
	EventWriter writer() {
		return this.writer;
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
	 * Called before other listeners: an exception would stop the event before it reaches
	 * later ones.
	 */
	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

	/**
	 * Always on the publishing thread, to keep the order of events.
	 */
	@Override
	public boolean supportsAsyncExecution() {
		return false;
	}

	@Override
	public Flux<ServerSentEvent<TinyFishRunEvent>> events(RelayRequest request) {
		check(request);
		return Flux.defer(() -> {
			// a subscriber may still be writing a large event, unnoticed by the relay
			ReadTimeout timeout = new ReadTimeout(this.settings.writeTimeout().multipliedBy(4));
			return Flux.using(() -> watch(request), RunWatch::entries, this.histories::remove)
				.map(RunHistory.Entry::event)
				.onErrorComplete(RunWatch.ClosedException.class)
				.transform(timeout::observe)
				.takeUntilOther(timeout.elapsed().doOnNext((tick) -> this.histories.drops().slow().increment()));
		});
	}

	@Override
	public ServerResponse response(RelayRequest request) {
		return new EventResponse(stream(request));
	}

	/**
	 * Return the same events and comments as bytes, which all subscribers share. The
	 * watch lasts until everything has been written, since a browser that does not read
	 * is still connected.
	 */
	EventStream stream(RelayRequest request) {
		check(request);
		return (output) -> Mono.using(() -> watch(request),
				(watch) -> this.writer.write(watch.entries().map(RunHistory.Entry::frame), output),
				this.histories::remove);
	}

	private void check(RelayRequest request) {
		this.histories.check(request, this.followed.test(request.runId()));
	}

	private RunWatch watch(RelayRequest request) {
		startMaintenance();
		return this.histories.watch(request, this.followed.test(request.runId()));
	}

	private synchronized void startMaintenance() {
		if (this.maintenance == null && !this.destroyed) {
			long interval = this.settings.heartbeat().toMillis();
			this.maintenance = Schedulers.parallel()
				.schedulePeriodically(() -> this.histories.maintain(this.followed), interval, interval,
						TimeUnit.MILLISECONDS);
		}
	}

	@Override
	public void start() {
		this.histories.reopen();
		this.running = true;
	}

	/**
	 * Called before the web server stops, since that waits for open responses.
	 */
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
