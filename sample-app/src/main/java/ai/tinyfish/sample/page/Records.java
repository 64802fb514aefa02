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

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadPoolExecutor;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunStep;
import ai.tinyfish.run.ScreenshotMode;
import ai.tinyfish.spring.event.TinyFishRunErrorEvent;
import ai.tinyfish.spring.event.TinyFishRunEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import ai.tinyfish.spring.event.TinyFishRunProgressEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.stereotype.Component;

/**
 * Records of runs with the screenshots of their steps. Each run is read once after its
 * end, for its card. A record may have 64 MB, so that one is read at a time, and only
 * some pictures are kept.
 */
@Component
class Records implements DisposableBean {

	private static final int MAX_RUNS = 100;

	private static final long MAX_BYTES = 32 * 1024 * 1024;

	private static final Logger logger = LoggerFactory.getLogger(Records.class);

	private final TinyFishClient tinyFish;

	private final Board board;

	private final Price price;

	/**
	 * The pictures of each run by the number of the step, the run used last at the end.
	 */
	private final Map<String, Map<Integer, Picture>> pictures = new LinkedHashMap<>(16, 0.75f, true);

	private final Object reading = new Object();

	private final ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();

	Records(TinyFishClient tinyFish, Board board, Price price) {
		this.tinyFish = tinyFish;
		this.board = board;
		this.price = price;
		this.executor.setThreadNamePrefix("records-");
		this.executor.setDaemon(true);
		this.executor.setCorePoolSize(1);
		this.executor.setMaxPoolSize(1);
		// more runs than the page has cards
		this.executor.setQueueCapacity(Board.MAX_CARDS);
		this.executor.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardOldestPolicy());
		this.executor.initialize();
	}

	/**
	 * Read the record of a run that has ended. A broken stream may have missed steps.
	 */
	@EventListener({ TinyFishRunFinishedEvent.class, TinyFishRunErrorEvent.class })
	void on(TinyFishRunEvent event) {
		String runId = event.getRunId();
		if (runId != null && this.board.findRun(runId) != null) {
			show(runId);
		}
	}

	/**
	 * Read the record of a run after its first step, for its first picture. The others
	 * are read at the end: each record has all of them.
	 */
	@EventListener
	void on(TinyFishRunProgressEvent event) {
		String runId = event.getRunId();
		if (runId != null && this.board.isAtFirstStep(runId)) {
			show(runId);
		}
	}

	/**
	 * Show the data of a run's record on its card, as soon as it is read.
	 */
	void show(String runId) {
		this.executor.execute(() -> readAndShow(runId));
	}

	private void readAndShow(String runId) {
		try {
			Recorded recorded = read(runId);
			Run run = recorded.run();
			BigDecimal perStep = run.status().isTerminal() ? this.price.perStep() : null;
			this.board.recorded(run, CardRecord.of(run, recorded.pictures().keySet(), perStep));
		}
		catch (TinyFishException | IllegalArgumentException ex) {
			// the id may be malformed
			logger.debug("The record of run {} cannot be read for its card", runId, ex);
		}
	}

	/**
	 * Read a run, and keep its pictures.
	 * @throws TinyFishException if it cannot be read
	 */
	Recorded read(String runId) {
		synchronized (this.reading) {
			Run run = readWhole(runId);
			Map<Integer, Picture> pictures = pictures(run.steps());
			keep(runId, pictures);
			return new Recorded(run, pictures);
		}
	}

	/**
	 * Read a run with its screenshots, or without them if they are too much for a record.
	 */
	private Run readWhole(String runId) {
		try {
			return this.tinyFish.runs().get(runId, ScreenshotMode.BASE64);
		}
		catch (TinyFishNotFoundException ex) {
			throw ex;
		}
		catch (TinyFishException ex) {
			logger.debug("Run {} is read without its screenshots", runId, ex);
			return this.tinyFish.runs().get(runId);
		}
	}

	private synchronized void keep(String runId, Map<Integer, Picture> pictures) {
		this.pictures.put(runId, pictures);
		Iterator<Map<Integer, Picture>> oldest = this.pictures.values().iterator();
		while (this.pictures.size() > MAX_RUNS || size() > MAX_BYTES) {
			oldest.next();
			oldest.remove();
		}
	}

	private synchronized @Nullable Map<Integer, Picture> kept(String runId) {
		return this.pictures.get(runId);
	}

	private static Map<Integer, Picture> pictures(List<RunStep> steps) {
		Map<Integer, Picture> pictures = new HashMap<>();
		for (int step = 0; step < Math.min(Card.MAX_STEPS, steps.size()); step++) {
			Picture picture = Picture.of(steps.get(step).screenshot());
			if (picture != null) {
				pictures.put(step + 1, picture);
			}
		}
		return pictures;
	}

	private long size() {
		return this.pictures.values()
			.stream()
			.flatMap((run) -> run.values().stream())
			.mapToLong((picture) -> picture.bytes().length)
			.sum();
	}

	/**
	 * Find the picture of a step. The run is read again if other pictures have replaced
	 * it.
	 * @throws TinyFishException if it cannot be read
	 */
	@Nullable Picture picture(String runId, int step) {
		Map<Integer, Picture> kept = kept(runId);
		if (kept == null) {
			synchronized (this.reading) {
				kept = kept(runId);
				kept = (kept != null) ? kept : read(runId).pictures();
			}
		}
		return kept.get(step);
	}

	@Override
	public void destroy() {
		this.executor.shutdown();
	}

	/**
	 * Record of a run.
	 *
	 * @param run the run
	 * @param pictures its pictures by the number of the step
	 */
	record Recorded(Run run, Map<Integer, Picture> pictures) {

	}

}
