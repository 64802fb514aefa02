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

import ai.tinyfish.spring.event.TinyFishRunErrorEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Listener that logs the outcome of each run. Goals and results are texts from outside
 * and could forge lines of the log. The descriptions of results and events are one line;
 * a goal is converted to one line.
 */
@Component
class RunLog {

	private static final Logger log = LoggerFactory.getLogger(RunLog.class);

	@EventListener
	void on(TinyFishRunFinishedEvent event) {
		log.info("{}, goal {}: {} -> {}", event.getRun().status(), event.getVerdict().outcome(),
				oneLine(event.getGoal()), event.getRun().result());
	}

	@EventListener
	void on(TinyFishRunErrorEvent event) {
		log.warn("{}: {}", oneLine(event.getGoal()), event.getMessage());
	}

	private static String oneLine(@Nullable String text) {
		return String.valueOf(text).replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]+", " ");
	}

}
