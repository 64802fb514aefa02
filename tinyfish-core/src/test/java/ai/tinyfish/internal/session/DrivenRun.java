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

package ai.tinyfish.internal.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.Registries;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.ReactiveRunHandle;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.support.RunControl;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Hooks;
import reactor.core.scheduler.NonBlocking;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * One run that is driven by signals: the test gives each response, moves the time, and
 * calls the listeners. Another signal can be put into the middle of one, at a moment when
 * the engine calls something outside of itself.
 */
final class DrivenRun implements AutoCloseable {

	private static final Duration MAX_WAIT = Duration.ofMinutes(5);

	private static final String RUN_ID = "run-1";

	private final VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();

	private final Queue<Runnable> deliveries = new ConcurrentLinkedQueue<>();

	private final DrivenWire wire = new DrivenWire(this::outside);

	private final OpenRuns registry = OpenRuns.limitedTo(1, MAX_WAIT);

	private final SharedRuns shared = Registries.runs(this.registry);

	/** No other code asks for the sessions themselves. */
	@SuppressWarnings("unchecked")
	private final Set<RunSession> open = (Set<RunSession>) Objects
		.requireNonNull(ReflectionTestUtils.getField(this.shared, "open"));

	private final RecordingListener listener = new RecordingListener();

	private final List<String> interceptions = new CopyOnWriteArrayList<>();

	private final AtomicInteger observations = new AtomicInteger();

	private final List<String> callerSignals = new CopyOnWriteArrayList<>();

	private final SessionKind kind;

	private final ReactiveTinyFishClient client;

	private volatile @Nullable ReactiveRunHandle handle;

	private @Nullable Disposable subscription;

	private final List<Throwable> dropped = new CopyOnWriteArrayList<>();

	private boolean placeTaken;

	private boolean callerGone;

	private boolean closed;

	private boolean cancelledOnClose;

	/** The calls outside until the other signal; negative if none has come. */
	private final AtomicInteger callsUntilOther = new AtomicInteger(-1);

	private @Nullable Runnable other;

	private volatile boolean blocked;

	DrivenRun(SessionKind kind, AbandonPolicy policy) {
		this.kind = kind;
		Hooks.onErrorDropped(this.dropped::add);
		ObservationRegistry recorded = ObservationRegistry.create();
		recorded.observationConfig().observationHandler(new ObservationHandler<>() {

			@Override
			public void onStart(Observation.Context context) {
				DrivenRun.this.observations.addAndGet("tinyfish.run".equals(context.getName()) ? 1 : 0);
			}

			@Override
			public void onStop(Observation.Context context) {
				if ("tinyfish.run".equals(context.getName())) {
					DrivenRun.this.observations.decrementAndGet();
					outside();
				}
			}

			@Override
			public boolean supportsContext(Observation.Context context) {
				return true;
			}

		});
		this.client = Samples.reactiveClient("http://127.0.0.1:9")
			.webClientBuilder(WebClient.builder().exchangeFunction(this.wire))
			.observationRegistry(recorded)
			.openRuns(this.registry)
			.runListener(this.listener)
			.runInterceptor(new Interceptor())
			.eventExecutor((task) -> {
				this.deliveries.add(task);
				outside();
			})
			.maxOpenStreams(1)
			.readOutcome(true)
			.onTimeout(policy)
			.onClose(policy)
			.pollInterval(Duration.ofSeconds(1))
			.maxPollInterval(Duration.ofSeconds(1))
			.build();
	}

	/** Take the only place, so that the run has to wait. */
	void takePlace() {
		this.placeTaken = this.shared.limiter().enter();
	}

	void submit() {
		AgentRequest request = Samples.request();
		this.subscription = switch (this.kind) {
			case RUN -> this.client.agent().run(request).subscribe((run) -> caller("run"), this::callerFailed);
			case STREAM -> this.client.agent()
				.stream(request)
				.filter(CompleteEvent.class::isInstance)
				.subscribe((event) -> caller("run"), this::callerFailed);
			case START -> this.client.agent()
				.start(request)
				.doOnNext((started) -> this.handle = started)
				.flatMap(ReactiveRunHandle::result)
				.subscribe((run) -> caller("run"), this::callerFailed);
			case AWAIT -> this.client.runs()
				.await(RUN_ID, Duration.ofHours(1))
				.subscribe((run) -> caller("run"), this::callerFailed);
			case QUEUE, QUEUE_ALL ->
				this.client.agent().queue(request).subscribe((run) -> caller("queued"), this::callerFailed);
		};
		settle();
	}

	private void caller(String signal) {
		this.callerSignals.add(signal);
	}

	private void callerFailed(Throwable failure) {
		caller((failure instanceof TinyFishException) ? "failure" : failure.toString());
	}

	DrivenWire wire() {
		return this.wire;
	}

	@Nullable RunSession session() {
		return this.open.stream().findFirst().orElse(null);
	}

	/** Return where the run is. */
	RunSignal.Phase phase() {
		RunSession session = session();
		if (session == null) {
			return RunSignal.Phase.ENDED;
		}
		return switch (session.phase()) {
			case WAITING -> RunSignal.Phase.WAITING;
			case ANSWER -> RunSignal.Phase.ANSWER;
			case STREAM -> (this.wire.stream() == null) ? RunSignal.Phase.OPENING
					: (session.runId() != null) ? RunSignal.Phase.NAMED : RunSignal.Phase.UNNAMED;
			case POLL -> RunSignal.Phase.POLL;
			case CANCEL -> this.cancelledOnClose ? RunSignal.Phase.CLOSE : RunSignal.Phase.CANCEL;
			case RECORD -> RunSignal.Phase.RECORD;
			case ENDED -> RunSignal.Phase.ENDED;
		};
	}

	boolean grantPlace() {
		if (!this.placeTaken) {
			return false;
		}
		this.placeTaken = false;
		// as a task, so that the run goes on after it, as on another thread
		this.time.schedule(this.shared.limiter()::leave);
		return true;
	}

	boolean cancelHandle() {
		ReactiveRunHandle started = this.handle;
		if (started == null) {
			return false;
		}
		started.cancel().subscribe((nothing) -> {
		}, (failure) -> {
		});
		return true;
	}

	boolean cancelCall() {
		if (this.handle != null || this.subscription == null) {
			return false;
		}
		this.callerGone = true;
		beginClose();
		this.subscription.dispose();
		return true;
	}

	/** A cancel that goes on since the deadline stays one. */
	private void beginClose() {
		RunSession session = session();
		this.cancelledOnClose |= session != null && session.phase() != RunState.Phase.CANCEL;
	}

	boolean cancelAsOperator() {
		RunSession session = session();
		if (session == null || session.runId() == null) {
			return false;
		}
		this.registry.cancel(RUN_ID);
		return true;
	}

	boolean passDeadline() {
		RunSession session = session();
		if (session == null || !EnumSet.of(SessionKind.START, SessionKind.STREAM).contains(this.kind)) {
			return false;
		}
		session.deadlinePassed();
		return true;
	}

	boolean closeClient() {
		if (this.closed) {
			return false;
		}
		this.closed = true;
		beginClose();
		this.client.close();
		return true;
	}

	boolean stop() {
		beginClose();
		((RunControl) this.registry).stop(Duration.ZERO);
		return true;
	}

	boolean waitTooLong() {
		if (!this.placeTaken) {
			return false;
		}
		this.time.advanceTimeBy(MAX_WAIT);
		return true;
	}

	/** Let everything happen that is due, and notify the listeners. */
	void settle() {
		do {
			this.time.advanceTime();
			for (Runnable delivery = this.deliveries.poll(); delivery != null; delivery = this.deliveries.poll()) {
				delivery.run();
			}
		}
		while (!this.deliveries.isEmpty());
	}

	void advance(Duration duration) {
		this.time.advanceTimeBy(duration);
		settle();
	}

	/**
	 * Put another signal into the middle of the next ones.
	 * @param call the call outside at which it happens, counted from 1
	 */
	void during(int call, Runnable signal) {
		this.other = signal;
		this.callsUntilOther.set(call);
	}

	/** Return whether the other signal has happened. */
	boolean hadOther() {
		return this.callsUntilOther.get() <= 0;
	}

	/** Called where the engine calls something outside of itself. */
	private void outside() {
		Runnable signal = this.other;
		if (signal == null || this.callsUntilOther.decrementAndGet() != 0) {
			return;
		}
		this.other = null;
		// still alive if it waits for a lock that is held here
		this.blocked |= !onThread(signal);
	}

	/**
	 * Run a task on a thread that must not block, as those that read from the network.
	 * @return false if it takes too long
	 */
	static boolean onThread(Runnable task) {
		Thread thread = new SignalThread(task);
		thread.start();
		try {
			thread.join(10_000);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return !thread.isAlive();
	}

	/** Give all responses, and stop the remaining threads. */
	void finish() {
		this.other = null;
		grantPlace();
		for (int i = 0; i < 20 && (session() != null || !this.wire.unfinished().isEmpty()); i++) {
			settle();
			RunSignal.ALL_RESPONSES.forEach((signal) -> signal.apply(this));
			advance(Duration.ofSeconds(1));
			DrivenWire.Exchange stream = this.wire.stream();
			if (session() == null && stream != null) {
				// events after the outcome are dropped for a tenth of a second
				stream.end();
			}
		}
		stop();
		advance(Duration.ofSeconds(30));
		closeClient();
		advance(Duration.ofSeconds(30));
	}

	/** Return how the run has ended. */
	String ending() {
		List<String> calls = this.listener.calls();
		if (this.interceptions.contains("notSent")) {
			return "unsent";
		}
		return calls.isEmpty() ? "left" : calls.get(calls.size() - 1);
	}

	/** Return the rules that do not hold at the end. */
	List<String> violations() {
		List<String> violations = new ArrayList<>();
		long outcomes = this.listener.calls().stream().filter(DrivenRun::isOutcome).count();
		boolean maybeNone = this.kind == SessionKind.AWAIT || this.kind == SessionKind.QUEUE;
		check(violations, outcomes == 1 || (maybeNone && outcomes == 0), "outcomes: " + this.listener.calls());
		check(violations,
				this.listener.calls()
					.stream()
					.limit(Math.max(0, this.listener.calls().size() - 1L))
					.noneMatch(DrivenRun::isOutcome),
				"last event: " + this.listener.calls());
		if (this.kind != SessionKind.AWAIT) {
			check(violations, this.interceptions.size() == 1 || (maybeNone && this.interceptions.isEmpty()),
					"interceptors: " + this.interceptions);
		}
		check(violations, this.callerSignals.size() == 1 || (this.callerGone && this.callerSignals.isEmpty()),
				"caller: " + this.callerSignals);
		if (this.callerSignals.contains("run")) {
			check(violations, this.listener.calls().contains("finished"),
					"caller has an outcome, listeners " + this.listener.calls());
		}
		check(violations, this.observations.get() == 0, "observations: " + this.observations);
		check(violations, this.registry.inFlight() == 0 && this.registry.waiting() == 0,
				"in flight: " + this.registry.inFlight());
		check(violations, this.registry.list().isEmpty(), "open: " + this.registry.list());
		check(violations, !((RunControl) this.registry).isFollowed(RUN_ID), "followed");
		check(violations, this.wire.unfinished().isEmpty(), "unfinished: " + this.wire.unfinished());
		check(violations, this.wire.count("POST /v1/automation/") <= 1, "submitted twice");
		// a subscriber that has cancelled drops what still comes
		check(violations, this.dropped.isEmpty() || this.callerGone, "dropped errors: " + this.dropped);
		check(violations, !this.blocked, "a lock is held during a call outside");
		return violations;
	}

	private static boolean isOutcome(String call) {
		return "finished".equals(call) || "error".equals(call);
	}

	private static void check(List<String> violations, boolean holds, String rule) {
		if (!holds) {
			violations.add(rule);
		}
	}

	@Override
	public void close() {
		closeClient();
		DrivenWire.Exchange stream = this.wire.stream();
		if (stream != null) {
			// no timer ends the dropping of events after the outcome
			stream.end();
		}
		VirtualTimeScheduler.reset();
		Hooks.resetOnErrorDropped();
	}

	/**
	 * Thread that must not block.
	 */
	private static final class SignalThread extends Thread implements NonBlocking {

		private SignalThread(Runnable task) {
			super(task, "signal");
			setDaemon(true);
		}

	}

	private final class Interceptor implements TinyFishRunInterceptor {

		@Override
		public AgentRequest beforeRun(RunSubmission submission) {
			return submission.request();
		}

		@Override
		public void finished(RunSubmission submission, AgentRun run) {
			DrivenRun.this.interceptions.add("finished");
		}

		@Override
		public void error(RunSubmission submission, TinyFishException exception) {
			DrivenRun.this.interceptions.add("error");
		}

		@Override
		public void notSent(RunSubmission submission) {
			DrivenRun.this.interceptions.add("notSent");
		}

	}

}
