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

package ai.tinyfish.testing;

import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import ai.tinyfish.ReactiveBuilderAsBlocking;
import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentOperations;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.QueuedBatch;
import ai.tinyfish.agent.ReactiveAgentOperations;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.browser.BrowserOperations;
import ai.tinyfish.browser.BrowserSession;
import ai.tinyfish.browser.BrowserSessionRequest;
import ai.tinyfish.browser.BrowserUsage;
import ai.tinyfish.browser.ReactiveBrowserOperations;
import ai.tinyfish.fetch.FetchOperations;
import ai.tinyfish.fetch.FetchRequest;
import ai.tinyfish.fetch.FetchResponse;
import ai.tinyfish.fetch.FetchUsage;
import ai.tinyfish.fetch.ReactiveFetchOperations;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.CancelledRun;
import ai.tinyfish.run.CancelledRuns;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.ReactiveRunOperations;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunBatch;
import ai.tinyfish.run.RunOperations;
import ai.tinyfish.run.RunPage;
import ai.tinyfish.run.RunQuery;
import ai.tinyfish.run.ScreenshotMode;
import ai.tinyfish.search.ReactiveSearchOperations;
import ai.tinyfish.search.SearchOperations;
import ai.tinyfish.search.SearchPage;
import ai.tinyfish.search.SearchRequest;
import ai.tinyfish.search.SearchUsage;
import ai.tinyfish.settings.RequestOptions;
import ai.tinyfish.usage.UsagePage;
import ai.tinyfish.usage.UsageQuery;
import ai.tinyfish.vault.ConnectedVault;
import ai.tinyfish.vault.DisconnectedVault;
import ai.tinyfish.vault.ReactiveVaultOperations;
import ai.tinyfish.vault.SyncedVault;
import ai.tinyfish.vault.VaultConnection;
import ai.tinyfish.vault.VaultConnectionRequest;
import ai.tinyfish.vault.VaultItem;
import ai.tinyfish.vault.VaultOperations;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;

/**
 * The reactive client in the shape of the blocking one, so that one test serves both. It
 * adds nothing but the waiting: values and exceptions arrive as they are signalled. What
 * only the blocking client has is refused.
 */
final class ReactiveAsBlocking implements TinyFishClient {

	/** Longer than any test waits, so that it only ends what would hang. */
	private static final Duration BOUND = Duration.ofSeconds(60);

	private final ReactiveTinyFishClient client;

	private ReactiveAsBlocking(ReactiveTinyFishClient client) {
		this.client = client;
	}

	static Builder builder(ReactiveTinyFishClient.Builder builder) {
		return new ReactiveBuilderAsBlocking(builder, ReactiveAsBlocking::new);
	}

	@Override
	public AgentOperations agent() {
		return new Agent(this.client.agent());
	}

	@Override
	public RunOperations runs() {
		return new Runs(this.client.runs());
	}

	@Override
	public TinyFishClient withOptions(RequestOptions options) {
		return new ReactiveAsBlocking(this.client.withOptions(options));
	}

	@Override
	public SearchOperations search() {
		return new Search(this.client.search());
	}

	@Override
	public FetchOperations fetch() {
		return new Fetch(this.client.fetch());
	}

	@Override
	public BrowserOperations browser() {
		return new Browser(this.client.browser());
	}

	@Override
	public VaultOperations vault() {
		return new Vault(this.client.vault());
	}

	@Override
	public Builder mutate() {
		return builder(this.client.mutate());
	}

	@Override
	public void close() {
		this.client.close();
	}

	@Override
	public String toString() {
		return this.client.toString();
	}

	private static <T> T block(Mono<T> mono) {
		T value = mono.block(BOUND);
		if (value == null) {
			throw new AssertionError("The Mono was empty");
		}
		return value;
	}

	private static UnsupportedOperationException blockingOnly(String what) {
		return new UnsupportedOperationException("Only the blocking client has " + what);
	}

	private record Agent(ReactiveAgentOperations operations) implements AgentOperations {

		@Override
		public AgentRun run(AgentRequest request) {
			return block(this.operations.run(request));
		}

		@Override
		public QueuedRun queue(AgentRequest request) {
			return block(this.operations.queue(request));
		}

		@Override
		public QueuedBatch queueAll(List<AgentRequest> requests) {
			return block(this.operations.queueAll(requests));
		}

		@Override
		public AgentStream stream(AgentRequest request) {
			return Events.of(this.operations.stream(request));
		}

		@Override
		public AgentStream stream(AgentRequest request, TinyFishRunListener listener) {
			throw blockingOnly("listeners of one stream");
		}

		@Override
		public RunHandle start(AgentRequest request) {
			return Background.of(this.operations.stream(request));
		}

		@Override
		public RunHandle start(AgentRequest request, TinyFishRunListener listener) {
			throw blockingOnly("listeners of one run");
		}

	}

	private record Runs(ReactiveRunOperations operations) implements RunOperations {

		@Override
		public Run get(String runId) {
			return block(this.operations.get(runId));
		}

		@Override
		public Run get(String runId, ScreenshotMode screenshots) {
			return block(this.operations.get(runId, screenshots));
		}

		@Override
		public Stream<Run> stream(RunQuery query) {
			return this.operations.stream(query).toStream(1);
		}

		@Override
		public CancelledRuns cancelAll(Collection<String> runIds) {
			return block(this.operations.cancelAll(runIds));
		}

		@Override
		public RunPage list() {
			return block(this.operations.list());
		}

		@Override
		public RunPage list(RunQuery query) {
			return block(this.operations.list(query));
		}

		@Override
		public RunBatch getAll(Collection<String> runIds) {
			return block(this.operations.getAll(runIds));
		}

		@Override
		public AgentRun await(QueuedRun run, Duration timeout) {
			return block(this.operations.await(run, timeout));
		}

		@Override
		public Stream<AgentRun> awaitAll(Collection<QueuedRun> runs, Duration timeout) {
			// as signals, since in Reactor's stream a failure overtakes what came before
			// it
			return this.operations.awaitAll(runs, timeout)
				.materialize()
				.toStream(1)
				.takeWhile((signal) -> !signal.isOnComplete())
				.map(Runs::ending);
		}

		private static AgentRun ending(Signal<AgentRun> signal) {
			if (signal.getThrowable() instanceof RuntimeException failure) {
				throw failure;
			}
			return Objects.requireNonNull(signal.get());
		}

		@Override
		public CancelledRun cancel(String runId) {
			return block(this.operations.cancel(runId));
		}

	}

	private record Search(ReactiveSearchOperations operations) implements SearchOperations {

		@Override
		public SearchPage query(String query) {
			return block(this.operations.query(query));
		}

		@Override
		public SearchPage query(SearchRequest request) {
			return block(this.operations.query(request));
		}

		@Override
		public UsagePage<SearchUsage> usage() {
			return block(this.operations.usage());
		}

		@Override
		public UsagePage<SearchUsage> usage(UsageQuery query) {
			return block(this.operations.usage(query));
		}

	}

	private record Fetch(ReactiveFetchOperations operations) implements FetchOperations {

		@Override
		public FetchResponse getContents(String url) {
			return block(this.operations.getContents(url));
		}

		@Override
		public FetchResponse getContents(FetchRequest request) {
			return block(this.operations.getContents(request));
		}

		@Override
		public UsagePage<FetchUsage> usage() {
			return block(this.operations.usage());
		}

		@Override
		public UsagePage<FetchUsage> usage(UsageQuery query) {
			return block(this.operations.usage(query));
		}

	}

	private record Browser(ReactiveBrowserOperations operations) implements BrowserOperations {

		@Override
		public BrowserSession create() {
			return block(this.operations.create());
		}

		@Override
		public BrowserSession create(BrowserSessionRequest request) {
			return block(this.operations.create(request));
		}

		@Override
		public void close(String sessionId) {
			this.operations.close(sessionId).block(BOUND);
		}

		@Override
		public UsagePage<BrowserUsage> usage() {
			return block(this.operations.usage());
		}

		@Override
		public UsagePage<BrowserUsage> usage(UsageQuery query) {
			return block(this.operations.usage(query));
		}

	}

	private record Vault(ReactiveVaultOperations operations) implements VaultOperations {

		@Override
		public ConnectedVault connect(VaultConnectionRequest request) {
			return block(this.operations.connect(request));
		}

		@Override
		public List<VaultConnection> connections() {
			return block(this.operations.connections());
		}

		@Override
		public DisconnectedVault disconnect(String connectionId) {
			return block(this.operations.disconnect(connectionId));
		}

		@Override
		public List<VaultItem> items() {
			return block(this.operations.items());
		}

		@Override
		public SyncedVault sync() {
			return block(this.operations.sync());
		}

	}

	/**
	 * A stream that is subscribed to at once, and asks for one event at a time.
	 */
	private static final class Events extends BaseSubscriber<Signal<AgentEvent>>
			implements AgentStream, Iterator<AgentEvent> {

		private final BlockingQueue<Signal<AgentEvent>> signals = new LinkedBlockingQueue<>();

		private @Nullable Signal<AgentEvent> next;

		private @Nullable AgentRun ending;

		static Events of(Flux<AgentEvent> flux) {
			Events events = new Events();
			flux.materialize().subscribe(events);
			return events;
		}

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			subscription.request(1);
		}

		@Override
		protected void hookOnNext(Signal<AgentEvent> signal) {
			this.signals.add(signal);
		}

		@Override
		public Iterator<AgentEvent> iterator() {
			return this;
		}

		@Override
		public boolean hasNext() {
			if (this.next == null) {
				this.next = take();
			}
			if (this.next.getThrowable() instanceof RuntimeException failure) {
				throw failure;
			}
			return this.next.isOnNext();
		}

		@Override
		public AgentEvent next() {
			if (!hasNext()) {
				throw new NoSuchElementException("The Flux has completed");
			}
			AgentEvent event = this.next.get();
			this.next = null;
			request(1);
			if (event instanceof CompleteEvent complete) {
				this.ending = complete.toAgentRun();
			}
			return event;
		}

		private Signal<AgentEvent> take() {
			try {
				Signal<AgentEvent> signal = this.signals.poll(BOUND.toSeconds(), TimeUnit.SECONDS);
				if (signal == null) {
					throw new AssertionError("There was no signal");
				}
				return signal;
			}
			catch (InterruptedException ex) {
				throw new AssertionError(ex);
			}
		}

		@Override
		public AgentRun await() {
			while (this.ending == null) {
				next();
			}
			return this.ending;
		}

		@Override
		public Optional<String> runId() {
			throw blockingOnly("the run id of a stream");
		}

		@Override
		public void close() {
			cancel();
			this.signals.add(Signal.error(new CancellationException("The Flux was cancelled")));
		}

	}

	/**
	 * A run whose events nobody reads.
	 */
	private record Background(Mono<AgentRun> ending) implements RunHandle {

		static RunHandle of(Flux<AgentEvent> events) {
			Mono<AgentRun> ending = events.last().cast(CompleteEvent.class).map(CompleteEvent::toAgentRun).cache();
			ending.subscribe((run) -> {
			}, (failure) -> {
			});
			return new Background(ending);
		}

		@Override
		public AgentRun await() {
			return block(this.ending);
		}

		@Override
		public AgentRun await(Duration timeout) {
			return block(this.ending.timeout(timeout));
		}

		@Override
		public CompletableFuture<AgentRun> result() {
			return this.ending.toFuture();
		}

		@Override
		public CompletionStage<String> started() {
			throw blockingOnly("the start of a run");
		}

		@Override
		public Optional<String> runId() {
			throw blockingOnly("the run id of a handle");
		}

		@Override
		public void cancel() {
			throw blockingOnly("the cancelling of a handle");
		}

	}

}
