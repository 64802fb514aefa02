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

package ai.tinyfish.spring.ai.tools;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.agent.event.ProgressEvent;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

import org.springframework.ai.chat.model.ToolContext;

/**
 * Starts the runs of tools, waits for them, and reads their outcomes.
 */
final class RunTools {

	static final String STATUS = "web_agent_status";

	/** Key of the longest wait for an outcome in the context of a call. */
	static final String MAX_WAIT = "tinyfish.maxWait";

	/** Key of a listener in the context of a call. */
	static final String LISTENER = "tinyfish.listener";

	private static final Duration STATUS_WAIT = Duration.ofSeconds(15);

	private static final Logger logger = LoggerFactory.getLogger(RunTools.class);

	private final Supplier<TinyFishClient> client;

	private final OpenRuns openRuns;

	private final ModelAnswers answers;

	private final Duration runTimeout;

	private final Supplier<Stream<ToolProgressListener>> listeners;

	private final AtomicBoolean noticed = new AtomicBoolean();

	RunTools(Supplier<TinyFishClient> client, OpenRuns openRuns, ModelAnswers answers, Duration runTimeout,
			Supplier<Stream<ToolProgressListener>> listeners) {
		this.client = client;
		this.openRuns = openRuns;
		this.answers = answers;
		this.runTimeout = runTimeout;
		this.listeners = listeners;
	}

	/**
	 * Return the result of a run without changes.
	 */
	static JsonNode result(AgentRun run) {
		try {
			return ToolArguments.MAPPER.readTree(run.result().json());
		}
		catch (JacksonException | NumberFormatException ex) {
			// for example a number with more digits than a tree may have
			return StringNode.valueOf(run.result().json());
		}
	}

	TinyFishClient client() {
		return this.client.get();
	}

	ModelAnswers answers() {
		return this.answers;
	}

	RunHandle submit(AgentRequest request, TinyFishRunListener listener) {
		return client().agent().start(request, listener);
	}

	/**
	 * Start a run, or join that of an equal call.
	 * @param creator creates the request
	 * @param waits whether to wait for the outcome, and not only for the id of the run
	 * @param content creates the content of the answer of a call that waits
	 * @throws ToolFailure if the request cannot be created
	 */
	ObjectNode answer(Supplier<AgentRequest> creator, boolean waits, Starter starter,
			Function<AgentRun, JsonNode> content, ToolContext context) {
		AgentRequest request = ToolArguments.request(creator);
		return waits ? run(request, starter, content, context) : start(request, starter, context);
	}

	/**
	 * Start a run, or join that of an equal call, and wait for the outcome. If the thread
	 * is interrupted, a run that was started here is cancelled, unless the call has a
	 * longest wait, after which the run would continue, too.
	 */
	private ObjectNode run(AgentRequest request, Starter starter, Function<AgentRun, JsonNode> content,
			ToolContext context) {
		LedgerRun run = open(request, content, context);
		return listening(run, context, () -> {
			boolean first = start(run, request, starter, context);
			return outcome(run, maxWait(context, null), first);
		});
	}

	/**
	 * Start a run, or join that of an equal call, and wait until it has an id.
	 */
	private ObjectNode start(AgentRequest request, Starter starter, ToolContext context) {
		LedgerRun run = open(request, RunTools::result, context);
		boolean first = start(run, request, starter, context);
		try {
			get(run.id(), maxWait(context, STATUS_WAIT));
			return run.answer().isDone() ? outcome(run, null, first) : this.answers.goesOn(run.runId());
		}
		catch (TimeoutException ex) {
			return this.answers.goesOn(null);
		}
		catch (InterruptedException ex) {
			throw interrupted(run, first && maxWait(context, null) == null);
		}
	}

	private LedgerRun open(AgentRequest request, Function<AgentRun, JsonNode> content, ToolContext context) {
		if (Thread.currentThread().isInterrupted()) {
			// the chat is disposed, but its other tools are still called
			throw ToolFailure.refused("the call was cancelled.");
		}
		String url = request.url();
		return ledger(context).open(request, (run) -> this.answers.of(run, url, content));
	}

	private boolean start(LedgerRun run, AgentRequest request, Starter starter, ToolContext context) {
		if (!run.claim()) {
			return false;
		}
		AgentRequest bounded = (request.runTimeout() == null) ? request.toBuilder().runTimeout(this.runTimeout).build()
				: request;
		try {
			run.started(starter.start(bounded, listener(run, context)));
			return true;
		}
		catch (RuntimeException | Error ex) {
			run.notStarted(ex);
			throw ex;
		}
	}

	private RunLedger ledger(ToolContext context) {
		if (context.getContext().get(RunLedger.KEY) instanceof RunLedger ledger) {
			return ledger;
		}
		if (this.noticed.compareAndSet(false, true)) {
			logger.warn("A tool that starts runs was called without a limit of runs, and refused. Add"
					+ " TinyFishRunsAdvisor.maxRuns(3) to the advisors of the chat client, or use the builder that"
					+ " Spring Boot configures");
		}
		throw ToolFailure.refused("this application has set no limit of runs for this chat. Tell the user.");
	}

	private static @Nullable Duration maxWait(ToolContext context, @Nullable Duration otherwise) {
		return (context.getContext().get(MAX_WAIT) instanceof Duration maxWait) ? maxWait : otherwise;
	}

	/**
	 * The application is notified of each step once, with the context of the call that
	 * has started the run. Each call that waits for the run is notified by its own
	 * listener.
	 */
	private TinyFishRunListener listener(LedgerRun started, ToolContext context) {
		return new TinyFishRunListener() {

			@Override
			public void progress(RunContext run, ProgressEvent event) {
				try {
					RunTools.this.listeners.get().forEach((listener) -> listener.progress(context, run, event));
				}
				finally {
					started.waiting().forEach((listener) -> listener.progress(context, run, event));
				}
			}

		};
	}

	/**
	 * Return the outcome of a run, or that it is still in progress.
	 */
	ObjectNode status(String runId, ToolContext context) {
		LedgerRun run = ledger(context).get(runId);
		return listening(run, context, () -> outcome(run, maxWait(context, STATUS_WAIT), false));
	}

	/**
	 * Wait for the outcome of a run. If an earlier call has reported it as unknown, it is
	 * read from the service.
	 * @param first whether this is the call that has started the run
	 */
	private ObjectNode outcome(LedgerRun run, @Nullable Duration maxWait, boolean first) {
		try {
			return await(run, maxWait, first);
		}
		catch (TinyFishRunOutcomeUnknownException | TinyFishRunTimeoutException ex) {
			String runId = run.runId();
			if (first || runId == null) {
				throw ex;
			}
			Run read = read(runId);
			if (!read.status().isTerminal()) {
				return this.answers.goesOn(runId);
			}
			run.settle(read.toAgentRun());
			return await(run, null, false);
		}
	}

	private Run read(String runId) {
		try {
			return client().runs().get(runId);
		}
		catch (TinyFishException ex) {
			throw new ToolFailure("The service could not be asked for run " + runId
					+ ", which may still be going. Do not start it again. Ask for it later, or tell the user.");
		}
	}

	/**
	 * Cancel a run, and return its outcome.
	 */
	ObjectNode cancel(String runId, ToolContext context) {
		LedgerRun run = ledger(context).get(runId);
		try {
			run.cancel(this.openRuns);
			return status(runId, context);
		}
		catch (TinyFishException ex) {
			throw new ToolFailure("Run " + runId + " could not be cancelled, and may still be going. Tell the user.");
		}
		catch (ToolFailure ex) {
			if (run.status() == RunStatus.CANCELLED) {
				return this.answers.cancelled(runId);
			}
			throw ex;
		}
	}

	/**
	 * Wait while the listener of the call, if any, is notified of the steps.
	 */
	private static ObjectNode listening(LedgerRun run, ToolContext context, Supplier<ObjectNode> waiting) {
		if (!(context.getContext().get(LISTENER) instanceof ToolProgressListener listener)) {
			return waiting.get();
		}
		run.waiting().add(listener);
		try {
			return waiting.get();
		}
		finally {
			run.waiting().remove(listener);
		}
	}

	private ObjectNode await(LedgerRun run, @Nullable Duration maxWait, boolean cancel) {
		try {
			return get(run.answer(), maxWait);
		}
		catch (TimeoutException ex) {
			return this.answers.goesOn(run.runId());
		}
		catch (InterruptedException ex) {
			throw interrupted(run, cancel && maxWait == null);
		}
	}

	private static <T> T get(CompletableFuture<T> future, @Nullable Duration maxWait)
			throws InterruptedException, TimeoutException {
		try {
			return (maxWait != null) ? future.get(maxWait.toMillis(), TimeUnit.MILLISECONDS) : future.get();
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof RuntimeException failure) {
				throw failure;
			}
			throw new IllegalStateException(ex.getCause());
		}
	}

	/**
	 * End a call whose thread is interrupted, since its chat was disposed.
	 */
	private ToolFailure interrupted(LedgerRun run, boolean cancel) {
		try {
			if (!cancel) {
				return new ToolFailure("The call was cancelled.");
			}
			if (run.runId() == null) {
				// a request that is closed before its response may leave a run behind
				run.id().thenRunAsync(() -> isCancelled(run), RunTools::startThread);
				return new ToolFailure("The call was cancelled. Its run is cancelled as soon as it has an id.");
			}
			return new ToolFailure(isCancelled(run) ? "The call was cancelled, and its run with it."
					: "The call was cancelled. Its run may still be going.");
		}
		finally {
			Thread.currentThread().interrupt();
		}
	}

	private boolean isCancelled(LedgerRun run) {
		try {
			run.cancel(this.openRuns);
			return true;
		}
		catch (RuntimeException ex) {
			run.about(() -> logger.warn("Run {} could not be cancelled with its chat, and may still be going",
					run.runId(), ex));
			return false;
		}
	}

	private static void startThread(Runnable task) {
		Thread thread = new Thread(task, "tinyfish-tool-cancel");
		thread.setDaemon(true);
		thread.start();
	}

	/**
	 * Starts the run of a request.
	 */
	interface Starter {

		RunHandle start(AgentRequest request, TinyFishRunListener listener);

	}

}
