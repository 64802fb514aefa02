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

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
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
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.SmartApplicationListener;
import org.springframework.http.codec.ServerSentEvent;

/**
 * Remembers events and hands them out. Since the type of the bean is
 * {@link RunEventRelay}, the context knows that it is a listener and has a lifecycle once
 * it was created, and not before.
 */
final class DefaultRunEventRelay implements RunEventRelay, SmartApplicationListener, SmartLifecycle, DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(DefaultRunEventRelay.class);

	private final RelayLimits limits;

	private final Predicate<String> followed;

	private final RunHistories histories;

	private final Lock lock = new ReentrantLock();

	private @Nullable Disposable care;

	private boolean destroyed;

	private volatile boolean running = true;

	/**
	 * Create a new relay.
	 * @param followed says of a run whether its last event is still to be published;
	 * while that is being published, it says so as well
	 * @param limits how much is remembered
	 * @param frames renders the events
	 */
	DefaultRunEventRelay(Predicate<String> followed, RelayLimits limits, EventFrames frames) {
		this.followed = followed;
		this.limits = limits;
		this.histories = new RunHistories(limits, frames);
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
			// of a child perhaps, whose web server waits for the answers that are open
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
	 * Before other listeners: what they throw would keep the event from those after them.
	 */
	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

	/**
	 * On the thread that publishes, or the order of events could be lost.
	 */
	@Override
	public boolean supportsAsyncExecution() {
		return false;
	}

	@Override
	public Flux<ServerSentEvent<TinyFishRunEvent>> events(String runId, @Nullable String lastEventId) {
		return entries(runId, lastEventId).map(RunHistory.Entry::event).onErrorComplete(RunWatch.ClosedException.class);
	}

	/**
	 * The same events and comments as they are sent, shared by all who get them.
	 */
	Flux<byte[]> frames(String runId, @Nullable String lastEventId) {
		return entries(runId, lastEventId).map(RunHistory.Entry::frame);
	}

	private Flux<RunHistory.Entry> entries(String runId, @Nullable String lastEventId) {
		this.histories.check(runId, this.followed.test(runId));
		return Flux.create((sink) -> subscribe(sink, runId, lastEventId), FluxSink.OverflowStrategy.ERROR);
	}

	private void subscribe(FluxSink<RunHistory.Entry> sink, String runId, @Nullable String lastEventId) {
		RunWatch watch = new RunWatch(sink, lastEventId);
		this.histories.watch(watch, runId, this.followed.test(runId));
		sink.onDispose(() -> this.histories.remove(watch));
		sink.onRequest((count) -> watch.requested());
		takeCare();
	}

	/**
	 * Do what depends on time, as long as there is anything of which that is true.
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
	 * Before the web server, which when it stops waits for the answers that are open.
	 */
	@Override
	public int getPhase() {
		return DEFAULT_PHASE;
	}

	/**
	 * The web server is not, and goes on serving.
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

}
