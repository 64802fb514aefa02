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

package ai.tinyfish.sample.page;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunBatch;
import ai.tinyfish.spring.event.TinyFishRunEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.stereotype.Component;

/**
 * Keeps the ids of the runs on the page in a file, and nothing else of them. After a
 * restart, the runs are read back from the service. A simulator does not have them any
 * longer.
 */
@Component
class KeptRuns {

	private static final Logger logger = LoggerFactory.getLogger(KeptRuns.class);

	private static final Pattern RUN_ID = Pattern.compile("[A-Za-z0-9_-]{1,100}");

	/** Longer than a run of the service takes. */
	private static final Duration LONGEST_RUN = Duration.ofHours(1);

	private static final int MAX_RUNS = 60;

	/** Number of the newest runs whose pictures are read back. */
	private static final int PICTURED = 4;

	private final TinyFishClient tinyFish;

	private final Board board;

	private final Records records;

	private final Price price;

	private final GoalEvaluator goalEvaluator;

	private final AsyncTaskExecutor executor;

	private final @Nullable Path file;

	/** The newest last. */
	private final Set<String> ids = new LinkedHashSet<>();

	KeptRuns(TinyFishClient tinyFish, Board board, Records records, Price price,
			ObjectProvider<GoalEvaluator> goalEvaluator, AsyncTaskExecutor applicationTaskExecutor,
			Simulation simulation, @Value("${sample.runs-file:tinyfish-sample-runs.txt}") String file) {
		this.tinyFish = tinyFish;
		this.board = board;
		this.records = records;
		this.price = price;
		this.goalEvaluator = goalEvaluator.getIfAvailable(GoalEvaluator::defaults);
		this.executor = applicationTaskExecutor;
		this.file = (simulation.isActive() || file.isBlank()) ? null : Path.of(file);
		if (this.file != null) {
			this.ids.addAll(read(this.file));
		}
	}

	private static List<String> read(Path file) {
		try (Stream<String> lines = Files.lines(file)) {
			return lines.filter((line) -> RUN_ID.matcher(line).matches()).toList();
		}
		catch (NoSuchFileException ex) {
			return List.of();
		}
		catch (IOException ex) {
			logger.warn("The runs of {} are not shown: {}", file, ex.toString());
			return List.of();
		}
	}

	/**
	 * Keep a run that has a card.
	 */
	@EventListener
	synchronized void on(TinyFishRunEvent event) {
		String runId = event.getRunId();
		if (this.file != null && runId != null && this.board.findRun(runId) != null && this.ids.add(runId)) {
			this.ids.stream().limit(Math.max(0, this.ids.size() - MAX_RUNS)).toList().forEach(this.ids::remove);
			try {
				Files.write(this.file, this.ids);
			}
			catch (IOException ex) {
				logger.warn("{} does not name run {}: {}", this.file, runId, ex.toString());
			}
		}
	}

	@EventListener(ApplicationReadyEvent.class)
	void readBack() {
		List<String> earlier = earlier();
		if (!earlier.isEmpty()) {
			this.executor.execute(() -> readBack(earlier));
		}
	}

	private synchronized List<String> earlier() {
		return new ArrayList<>(this.ids);
	}

	private void readBack(List<String> runIds) {
		try {
			RunBatch batch = this.tinyFish.runs().getAll(runIds);
			List<Run> runs = batch.data();
			BigDecimal perStep = this.price.perStep();
			runs.forEach((run) -> this.board.restore(run, GoalVerdict.of(this.goalEvaluator, run.toAgentRun()),
					CardRecord.of(run, Set.of(), perStep)));
			// pictures are large: those of older runs are on their pages
			runs.stream()
				.sorted(Comparator.comparing(Run::createdAt, Comparator.nullsFirst(Comparator.<Instant>naturalOrder())))
				.skip(Math.max(0, runs.size() - PICTURED))
				.forEach((run) -> this.records.show(run.runId()));
			follow(runs.stream().filter((run) -> !run.status().isTerminal()).map(Run::runId).toList());
		}
		catch (TinyFishException ex) {
			logger.warn("The runs of {} were not read back: {}", this.file, ex.getMessage());
		}
	}

	/**
	 * Wait for runs that have not ended: their outcomes reach the board as events.
	 */
	private void follow(List<String> runIds) {
		if (runIds.isEmpty()) {
			return;
		}
		List<QueuedRun> runs = runIds.stream().map(QueuedRun::of).toList();
		try (Stream<AgentRun> outcomes = this.tinyFish.runs().awaitAll(runs, LONGEST_RUN)) {
			outcomes.forEach((run) -> logger.debug("Run {} of an earlier process has ended", run.runId()));
		}
		catch (TinyFishException | IllegalStateException ex) {
			logger.debug("Runs of an earlier process are no longer followed", ex);
		}
	}

}
