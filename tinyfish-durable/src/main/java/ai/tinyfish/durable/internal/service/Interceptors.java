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

package ai.tinyfish.durable.internal.service;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.store.Database;
import ai.tinyfish.durable.internal.store.StoredOutcome;
import ai.tinyfish.durable.internal.store.Requests;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishHostNotAllowedException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.support.agent.RunInterceptorSource;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The interceptors of a client. They are asked in the transaction that stores a
 * submission, and called when the transaction that stores its outcome has committed.
 */
public record Interceptors(Database database, Supplier<TinyFishClient> client) {

	/**
	 * Ask about submissions, check their hosts, and store them. If that fails, or is
	 * rolled back, nothing is sent.
	 * @param unchanged whether the requests that interceptors return are ignored
	 * @param submissions supplies the submissions; not called without interceptors
	 * @param storing stores the submissions. It receives the submissions that
	 * interceptors accepted, by id, and removes those that it does not store
	 */
	public <T extends @Nullable Object> T ask(boolean unchanged, Supplier<Stream<RunSubmission>> submissions,
			Function<Map<String, RunSubmission>, T> storing) {
		Map<String, RunSubmission> stored = new LinkedHashMap<>();
		TinyFishRunInterceptor interceptor = find(unchanged);
		if (interceptor == null) {
			return storing.apply(stored);
		}
		List<RunSubmission> asked = new ArrayList<>();
		return this.database.inTransactionOfCaller(() -> {
			// only now: interceptors may have written in this transaction
			afterCompletion((status) -> asked.forEach((submission) -> {
				if (status == TransactionSynchronization.STATUS_ROLLED_BACK || !stored.containsKey(submission.id())) {
					interceptor.notSent(submission);
				}
				else if (status == TransactionSynchronization.STATUS_UNKNOWN) {
					interceptor.error(submission, new TinyFishRunOutcomeUnknownException(
							"It is not known whether durable run " + submission.id() + " was stored", null, null));
				}
			}));
			try {
				submissions.get().forEach((submission) -> {
					RunSubmission changed = submission.withRequest(interceptor.beforeRun(submission));
					asked.add(changed);
					requireAllowed(changed.request());
				});
				asked.forEach((submission) -> stored.put(submission.id(), submission));
				return storing.apply(stored);
			}
			catch (Throwable ex) {
				stored.clear();
				throw ex;
			}
		});
	}

	/**
	 * Call the interceptors with the outcome of a run that was just stored.
	 */
	public void ended(RunRow row, StoredOutcome outcome) {
		ended(row, StoredOutcome.run(outcome.result()), outcome::failure);
	}

	/**
	 * Call the interceptors with the outcome of a run, once the current transaction has
	 * committed.
	 * @param run the outcome, or null if the run was refused
	 * @param failure supplies the refusal
	 */
	public void ended(RunRow row, @Nullable AgentRun run, Supplier<TinyFishException> failure) {
		TinyFishRunInterceptor interceptor = find(false);
		if (interceptor == null) {
			return;
		}
		RunSubmission submission = submission(row.id(), row.submissionId(), row.accountName(),
				Requests.withoutSecrets(row.request()));
		Runnable call;
		if (run != null) {
			// a run that was cancelled before it was started has no id
			call = (run.runId() != null) ? () -> interceptor.finished(submission, run)
					: () -> interceptor.notSent(submission);
		}
		else {
			TinyFishException exception = failure.get();
			call = (row.state() == DurableRunState.HELD || exception instanceof TinyFishHostNotAllowedException)
					? () -> interceptor.notSent(submission) : () -> interceptor.error(submission, exception);
		}
		afterCompletion((status) -> {
			if (status == TransactionSynchronization.STATUS_COMMITTED) {
				call.run();
			}
		});
	}

	/**
	 * Return a submission of a run.
	 * @param again the id of the submission if it is not the first one
	 */
	public static RunSubmission submission(String id, @Nullable String again, @Nullable String account,
			AgentRequest request) {
		return ((again == null) ? RunSubmission.of("durable.submit", request).withId(id)
				: RunSubmission.of("durable.resubmit", request).withId(again))
			.withAccount(account);
	}

	/**
	 * Check the host of a request.
	 */
	public void requireAllowed(AgentRequest request) {
		if (this.client.get() instanceof RunInterceptorSource source) {
			source.requireAllowed(request);
		}
	}

	private @Nullable TinyFishRunInterceptor find(boolean unchanged) {
		return (this.client.get() instanceof RunInterceptorSource source) ? source.runInterceptor(unchanged) : null;
	}

	private static void afterCompletion(IntConsumer action) {
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void afterCompletion(int status) {
				action.accept(status);
			}

		});
	}

}
