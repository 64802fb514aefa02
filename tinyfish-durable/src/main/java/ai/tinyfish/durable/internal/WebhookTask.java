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
import java.time.Instant;
import java.util.Objects;
import java.util.Set;

import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.durable.internal.task.Step;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.run.Run;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a run that a webhook has named. One that is followed is polled now, not with the
 * next sweep. One that a request in doubt has started is linked to it, once the service
 * has said that there is such a run for the account.
 */
final class DeliveryTask implements Step {

	/**
	 * The states of a request that may have started a run which is not known. One that is
	 * to be sent again is among them: a webhook is more than what the service said then.
	 */
	private static final Set<DurableRunState> IN_DOUBT = Set.of(DurableRunState.SENDING, DurableRunState.UNCERTAIN,
			DurableRunState.ACCEPTED);

	/** A run may not be known, or not have ended, everywhere at once. */
	private static final Duration PATIENCE = Duration.ofMinutes(1);

	private static final Duration FIRST_DELAY = Duration.ofSeconds(1);

	private static final Logger logger = LoggerFactory.getLogger(DeliveryTask.class);

	private final Engine engine;

	private final SendTask send;

	private final RangeTask range;

	DeliveryTask(Engine engine, SendTask send, RangeTask range) {
		this.engine = engine;
		this.send = send;
		this.range = range;
	}

	static boolean isInDoubt(RunRow row) {
		return IN_DOUBT.contains(row.state());
	}

	static String instance(RunRow row, String runId) {
		return row.id() + "#" + runId;
	}

	/**
	 * Return the data of the task: which submission it is about, without its token, and
	 * when the webhook came.
	 */
	static String data(RunRow row, Instant now) {
		return row.attempts() + "," + now.toEpochMilli();
	}

	@Override
	public @Nullable Instant execute(TaskInstance<String> task, Instant due) {
		String[] names = task.getId().split("#");
		String[] data = task.getData().split(",");
		RunRow row = this.engine.table().find(names[0]).orElse(null);
		if (row == null) {
			return null;
		}
		boolean linked = row.state() == DurableRunState.RUNNING && names[1].equals(row.runId());
		boolean doubt = isInDoubt(row) && row.sendToken() != null && row.attempts() == Integer.parseInt(data[0]);
		if (!linked && !doubt) {
			return null;
		}
		Instant now = this.engine.clock().now();
		if (this.engine.isStopped()) {
			return now;
		}
		Instant closed = this.engine.gates().closedUntil(row.account(), now);
		if (closed != null) {
			return closed;
		}
		Instant next = next(Instant.ofEpochMilli(Long.parseLong(data[1])), now);
		if (!(linked ? hurry(row, names[1]) : link(row, names[1], next == null))) {
			return next;
		}
		boolean open = this.engine.table()
			.find(row.id())
			.filter((after) -> after.state() == DurableRunState.RUNNING)
			.isPresent();
		// the sweeps poll it as well
		return open ? next : null;
	}

	/**
	 * Read a run that has ended. That it cannot be read yet does not count: the sweeps
	 * read it as well.
	 * @return false if it could not be read
	 */
	private boolean hurry(RunRow row, String runId) {
		try {
			Run run = read(row, runId);
			if (run != null) {
				this.range.found(row, run);
			}
			return run != null;
		}
		catch (TinyFishException ex) {
			logger.debug("Run {} could not be read: {}", runId, ex.getMessage());
			return false;
		}
	}

	/**
	 * Read a run.
	 * @return the run, or null if the service does not know it
	 */
	private @Nullable Run read(RunRow row, String runId) {
		try {
			this.engine.meters().called("poll");
			return this.engine.accounts().polling(row.account()).runs().get(runId);
		}
		catch (TinyFishNotFoundException ex) {
			if (ex.code() == null) {
				// the page of a gateway
				throw ex;
			}
			return null;
		}
		catch (TinyFishException ex) {
			this.engine.gates().closeIfAsked(row.account(), ex, this.engine.clock().now());
			throw ex;
		}
	}

	/**
	 * Link a run to the request that has started it.
	 * @return false if the service does not know the run
	 */
	private boolean link(RunRow row, String runId, boolean last) {
		Run run = read(row, runId);
		if (run == null) {
			if (last) {
				logger.warn("Run {}, which a webhook delivery names for durable run {}, is not known to the service",
						runId, row.id());
			}
			return false;
		}
		if (this.engine.table().isTaken(row.account(), runId, row.id())) {
			logger.warn("Run {}, which a webhook delivery names for durable run {}, belongs to another one", runId,
					row.id());
			return true;
		}
		if (this.send.link(row, Objects.requireNonNull(row.sendToken()), runId)) {
			logger.info("Durable run {} is run {}: a webhook delivery has brought its token", row.id(), runId);
		}
		this.engine.table().find(row.id()).filter((after) -> runId.equals(after.runId())).ifPresent((after) -> {
			if (after.state() == DurableRunState.RUNNING) {
				this.range.found(after, run);
			}
		});
		return true;
	}

	/**
	 * Return the time of the next attempt: as far away as the webhook is past.
	 */
	private static @Nullable Instant next(Instant received, Instant now) {
		Duration past = Duration.between(received, now);
		if (past.compareTo(PATIENCE) >= 0) {
			return null;
		}
		return now.plus((past.compareTo(FIRST_DELAY) > 0) ? past : FIRST_DELAY);
	}

}
