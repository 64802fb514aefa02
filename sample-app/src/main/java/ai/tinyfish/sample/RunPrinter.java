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

package ai.tinyfish.sample;

import ai.tinyfish.observation.LogText;
import ai.tinyfish.spring.event.TinyFishRunErrorEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import ai.tinyfish.spring.event.TinyFishRunProgressEvent;
import ai.tinyfish.spring.event.TinyFishRunStartedEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Listener that logs the events of all runs of this application. Goals, purposes and
 * results come from outside, so they are sanitized: none of them can forge a line of the
 * log.
 */
@Component
class RunPrinter {

	private static final Logger logger = LoggerFactory.getLogger(RunPrinter.class);

	@EventListener
	void on(TinyFishRunStartedEvent event) {
		logger.info("Started {}: {}", LogText.of(event.getTag()), LogText.of(event.getGoal()));
	}

	@EventListener
	void on(TinyFishRunProgressEvent event) {
		logger.info("  {}", LogText.of(event.getPurpose()));
	}

	@EventListener(condition = "#event.successful")
	void on(TinyFishRunFinishedEvent event) {
		logger.info("{} {}: {}", event.getRun().status(), LogText.of(event.getTag()),
				LogText.of(event.getRun().result().json()));
	}

	@EventListener(condition = "!#event.successful")
	void onFailure(TinyFishRunFinishedEvent event) {
		logger.warn("{} {}: {}", event.getRun().status(), LogText.of(event.getTag()), event.getRun().error());
	}

	@EventListener
	void on(TinyFishRunErrorEvent event) {
		logger.error("{}: {}", LogText.of(event.getTag()), event.getMessage());
	}

}
