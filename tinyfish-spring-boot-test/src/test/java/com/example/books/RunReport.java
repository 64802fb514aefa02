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

package com.example.books;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.run.GoalOutcome;
import ai.tinyfish.spring.event.TinyFishRunErrorEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import ai.tinyfish.spring.event.TinyFishRunProgressEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

@Component
class RunReport {

	private static final Logger logger = LoggerFactory.getLogger(RunReport.class);

	private final List<String> problems = new CopyOnWriteArrayList<>();

	@EventListener
	void on(TinyFishRunProgressEvent event) {
		logger.info("Step: {}", event);
	}

	@EventListener
	void on(TinyFishRunFinishedEvent event) {
		if (event.getVerdict().outcome() == GoalOutcome.MISSED) {
			problems.add(event.getRunId() + ": " + event.getVerdict().reason());
		}
		else {
			logger.info("Finished: {}", event);
		}
	}

	@EventListener
	void on(TinyFishRunErrorEvent event) {
		problems.add(event.getRunId() + ": " + event.getMessage());
	}

	List<String> problems() {
		return List.copyOf(problems);
	}

}
