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

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunBatch;
import ai.tinyfish.run.RunOperations;
import ai.tinyfish.support.RunLog;
import ai.tinyfish.support.agent.ReadFailure;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs that were read together if possible, else one by one, so that no run loses its
 * outcome because of another. A run is absent if the service does not mention it, or if
 * it was not read because the service seems to be unavailable.
 */
public final class RunReads {

	/** Number of failures in a row after which the service seems to be unavailable. */
	private static final int MAX_FAILURES = 3;

	/** Maximum time for reading runs one by one. */
	private static final Duration MAX_TIME = Duration.ofSeconds(30);

	private static final Logger logger = LoggerFactory.getLogger(RunReads.class);

	private final RunOperations operations;

	private final String account;

	private final BooleanSupplier stopped;

	private final Runnable called;

	private final Map<String, Run> runs = new HashMap<>();

	private final Map<String, String> missing = new HashMap<>();

	private final Map<String, TinyFishStatusException> refused = new HashMap<>();

	private @Nullable TinyFishException failure;

	private boolean tooLarge;

	private RunReads(RunOperations operations, String account, BooleanSupplier stopped, Runnable called) {
		this.operations = operations;
		this.account = account;
		this.stopped = stopped;
		this.called = called;
	}

	/**
	 * Read up to 100 runs.
	 * @param operations the operations of their account, without retries
	 * @param account the account
	 * @param ids the run ids
	 * @param stopped whether to stop reading
	 * @param called called with each call of the service
	 * @return the runs that were read; incomplete if the service fails
	 */
	public static RunReads of(RunOperations operations, String account, List<String> ids, BooleanSupplier stopped,
			Runnable called) {
		RunReads reads = new RunReads(operations, account, stopped, called);
		reads.read(ids);
		return reads;
	}

	private void read(List<String> ids) {
		try {
			this.called.run();
			RunBatch batch = this.operations.getAll(ids);
			batch.data().forEach(this::found);
			batch.notFound().forEach(this::unknown);
		}
		catch (TinyFishException ex) {
			switch (ReadFailure.of(ex)) {
				case TOO_LARGE -> tooLarge(ids, ex);
				case ACCOUNT, SERVICE -> this.failure = ex;
				// one run may be the reason
				case UNKNOWN_RUN, REFUSED_RUN -> readSingly(ids, MAX_FAILURES);
				// or their number, or the service is unavailable: each attempt may take
				// long
				case NO_ANSWER -> readSingly(ids, 1);
			}
			return;
		}
		readSingly(ids.stream().filter((id) -> !this.runs.containsKey(id) && !this.missing.containsKey(id)).toList(),
				MAX_FAILURES);
	}

	/**
	 * Read runs one by one, in random order: if the service stops answering, it is not
	 * always the same runs that are left.
	 * @param maxAttempts how many of the first reads may have no answer
	 */
	private void readSingly(List<String> ids, int maxAttempts) {
		List<String> order = new ArrayList<>(ids);
		Collections.shuffle(order);
		int attempts = maxAttempts;
		long begin = System.nanoTime();
		for (String id : order) {
			if (attempts == 0 || this.stopped.getAsBoolean() || System.nanoTime() - begin > MAX_TIME.toNanos()) {
				return;
			}
			ReadFailure about = readOne(id);
			if (about != null && about.affectsAllRuns()) {
				return;
			}
			attempts = (about == ReadFailure.NO_ANSWER) ? attempts - 1 : MAX_FAILURES;
		}
	}

	/**
	 * Read a run.
	 * @return the subject of its failure, or null if it was read
	 */
	private @Nullable ReadFailure readOne(String id) {
		try {
			this.called.run();
			found(this.operations.get(id));
			return null;
		}
		catch (TinyFishException ex) {
			ReadFailure about = ReadFailure.of(ex);
			switch (about) {
				case UNKNOWN_RUN -> unknown(id);
				case TOO_LARGE -> tooLarge(List.of(id), ex);
				case REFUSED_RUN, ACCOUNT, NO_ANSWER, SERVICE -> failed(id, ex, about);
			}
			return about;
		}
	}

	private void failed(String id, TinyFishException failure, ReadFailure about) {
		this.failure = failure;
		RunLog.about(id, null, this.account.isEmpty() ? null : this.account,
				() -> logger.debug("Run {} could not be read: {}", id, failure.getMessage()));
		if (failure instanceof TinyFishStatusException answer
				&& (about == ReadFailure.REFUSED_RUN || SubmissionFailures.isUnreadable(failure))) {
			this.refused.put(id, answer);
		}
	}

	private void found(Run run) {
		this.runs.putIfAbsent(run.runId(), run);
	}

	private void unknown(String id) {
		this.missing.put(id, "The service does not know run " + id);
	}

	private void tooLarge(List<String> ids, TinyFishException failure) {
		if (ids.size() > 1) {
			this.tooLarge = true;
		}
		else {
			this.missing.put(ids.get(0), unreadable(ids.get(0), failure));
		}
	}

	private static String unreadable(@Nullable String id, TinyFishException failure) {
		return "Run " + id + " cannot be read. " + failure.getClass().getSimpleName() + ": " + failure.getMessage();
	}

	/**
	 * Return a run.
	 * @param id its id, or null
	 * @return the run, or null if it could not be read
	 */
	public @Nullable Run run(@Nullable String id) {
		return this.runs.get(id);
	}

	/**
	 * Return why a run does not exist or can never be read.
	 * @param id its id, or null
	 * @return the reason, or null
	 */
	public @Nullable String missing(@Nullable String id) {
		return this.missing.get(id);
	}

	/**
	 * Return why the service does not return a run: a refusal of its own, or any refusal
	 * while other runs were returned.
	 * @param id its id, or null
	 * @return the reason, or null
	 */
	public @Nullable String refused(@Nullable String id) {
		TinyFishStatusException refusal = this.refused.get(id);
		return (refusal != null && (refusal.isFromService() || !this.runs.isEmpty())) ? unreadable(id, refusal) : null;
	}

	/**
	 * Return whether the answer for several runs is too large. The answer for half of
	 * them may not be.
	 * @return true if nothing was read for this reason
	 */
	public boolean isTooLarge() {
		return this.tooLarge;
	}

	/**
	 * Return why some of the runs could not be read.
	 * @return the last failure, or null
	 */
	public @Nullable TinyFishException failure() {
		return this.failure;
	}

	/**
	 * Return the number of runs that were read, or that do not exist.
	 * @return the number
	 */
	public int size() {
		return this.runs.size() + this.missing.size();
	}

}
