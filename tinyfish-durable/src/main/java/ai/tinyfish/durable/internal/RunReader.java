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

package ai.tinyfish.durable.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishBadRequestException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.error.TinyFishUnprocessableEntityException;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunBatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.io.buffer.DataBufferLimitException;

/**
 * Reads runs: together if that is possible, else one by one, since no run must lose its
 * outcome over another one.
 */
final class RunReader {

	/** After how many failures in a row the service seems to be away. */
	private static final int MAX_FAILURES = 3;

	/** How long runs are read one by one: the others follow with the next sweep. */
	private static final Duration MAX_TIME = Duration.ofSeconds(30);

	private static final Logger logger = LoggerFactory.getLogger(RunReader.class);

	private final Engine engine;

	RunReader(Engine engine) {
		this.engine = engine;
	}

	/**
	 * Read runs.
	 * @param client the client of their account
	 * @param ids their ids
	 * @return what the service says, which is incomplete where it fails meanwhile
	 */
	Answers read(TinyFishClient client, List<String> ids) {
		Answers answers = new Answers();
		try {
			this.engine.meters().called("poll");
			RunBatch batch = client.runs().getAll(ids);
			batch.data().forEach(answers::found);
			batch.notFound().forEach(answers::unknown);
		}
		catch (TinyFishException ex) {
			if (isTooLarge(ex)) {
				answers.tooLarge(ids, ex);
			}
			else if (isBecauseOfOne(ex)) {
				readSingly(client, ids, MAX_FAILURES, answers);
			}
			else if (isUnanswered(ex)) {
				// it may be away, and each attempt takes long then
				readSingly(client, ids, 1, answers);
			}
			else {
				answers.failure = ex;
			}
			return answers;
		}
		readSingly(client, ids.stream().filter((id) -> !answers.has(id)).toList(), MAX_FAILURES, answers);
		return answers;
	}

	/**
	 * Read runs one by one, in another order each time: where the service stops
	 * answering, it is not always the same ones that are left.
	 */
	private void readSingly(TinyFishClient client, List<String> ids, int maxFailures, Answers answers) {
		List<String> order = new ArrayList<>(ids);
		Collections.shuffle(order);
		int failures = 0;
		long begin = System.nanoTime();
		for (String id : order) {
			if (this.engine.isStopped() || System.nanoTime() - begin > MAX_TIME.toNanos()) {
				return;
			}
			TinyFishException failure = readOne(client, id, answers);
			failures = (failure != null) ? failures + 1 : 0;
			if (failure != null && (failures == maxFailures || asksToWait(failure))) {
				return;
			}
		}
	}

	/**
	 * Read a run.
	 * @return the failure if the service may be away, else null
	 */
	private @Nullable TinyFishException readOne(TinyFishClient client, String id, Answers answers) {
		try {
			this.engine.meters().called("poll");
			answers.found(client.runs().get(id));
		}
		catch (TinyFishNotFoundException ex) {
			if (ex.code() == null) {
				// the page of a gateway
				answers.failure = ex;
				return ex;
			}
			answers.unknown(id);
		}
		catch (TinyFishException ex) {
			if (isTooLarge(ex)) {
				answers.tooLarge(List.of(id), ex);
				return null;
			}
			answers.failure = ex;
			logger.debug("Run {} could not be read: {}", id, ex.getMessage());
			if (!isBecauseOfOne(ex)) {
				return ex;
			}
			TinyFishStatusException refusal = (TinyFishStatusException) ex;
			answers.refused(id, refusal);
			// without a code it may be the page of a gateway
			return (refusal.code() != null) ? null : refusal;
		}
		return null;
	}

	/**
	 * Return whether an answer was larger than the client reads. No gateway answers with
	 * that much: it is because of the runs.
	 */
	private static boolean isTooLarge(TinyFishException failure) {
		return failure.getCause() instanceof DataBufferLimitException;
	}

	/**
	 * Return whether one run may be the reason why the answer is refused or cannot be
	 * used, or the service does not give several at once.
	 */
	private static boolean isBecauseOfOne(TinyFishException failure) {
		return failure instanceof TinyFishBadRequestException || failure instanceof TinyFishUnprocessableEntityException
				|| failure instanceof TinyFishNotFoundException
				|| (failure instanceof TinyFishStatusException answer && answer.status() / 100 == 2);
	}

	/**
	 * Return whether the service may have failed on one run, or on the size of all.
	 */
	private static boolean isUnanswered(TinyFishException failure) {
		return failure instanceof TinyFishTimeoutException || (failure instanceof TinyFishStatusException answer
				&& (answer.status() == 500 || answer.status() == 504) && answer.retryAfter() == null);
	}

	private static boolean asksToWait(TinyFishException failure) {
		return failure instanceof TinyFishStatusException answer
				&& (answer.status() == 429 || answer.retryAfter() != null);
	}

	/**
	 * What the service says of runs, by their ids. It may say nothing of a run.
	 */
	static final class Answers {

		private final Map<String, Run> runs = new HashMap<>();

		private final Map<String, String> missing = new HashMap<>();

		private final Map<String, TinyFishStatusException> refused = new HashMap<>();

		private @Nullable TinyFishException failure;

		private boolean tooLarge;

		/**
		 * Return a run.
		 * @param id its id, or null
		 * @return the run, or null if it could not be read
		 */
		@Nullable Run run(@Nullable String id) {
			return this.runs.get(id);
		}

		/**
		 * Return why there is no run that can be read.
		 */
		@Nullable String missing(@Nullable String id) {
			return this.missing.get(id);
		}

		/**
		 * Return why the service does not give a run, if it is the service that answers,
		 * and not a gateway: it says so, or gives others.
		 */
		@Nullable String refused(@Nullable String id) {
			TinyFishStatusException refusal = this.refused.get(id);
			return (refusal != null && (refusal.code() != null || !this.runs.isEmpty())) ? unreadable(id, refusal)
					: null;
		}

		/**
		 * Return whether the answer for several runs is too large: halves of them may not
		 * be.
		 */
		boolean isTooLarge() {
			return this.tooLarge;
		}

		/**
		 * Return why some of the runs could not be read, or null.
		 */
		@Nullable TinyFishException failure() {
			return this.failure;
		}

		/**
		 * Return the number of runs that the service has given, or does not have.
		 */
		int size() {
			return this.runs.size() + this.missing.size();
		}

		private boolean has(String id) {
			return this.runs.containsKey(id) || this.missing.containsKey(id);
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

		private void refused(String id, TinyFishStatusException failure) {
			this.refused.put(id, failure);
		}

		private static String unreadable(@Nullable String id, TinyFishException failure) {
			return "Run " + id + " cannot be read. " + Submission.message(failure);
		}

	}

}
