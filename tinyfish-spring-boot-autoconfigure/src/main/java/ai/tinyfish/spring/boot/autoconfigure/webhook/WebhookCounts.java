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

package ai.tinyfish.spring.boot.autoconfigure.webhook;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import ai.tinyfish.spring.boot.webhook.WebhookRunFollower;

import org.springframework.http.HttpStatus;

/**
 * Counters of deliveries, and of the runs that they named.
 */
final class WebhookCounts {

	/** All statuses that deliveries are answered with. */
	static final List<HttpStatus> STATUSES = List.of(HttpStatus.NO_CONTENT, HttpStatus.BAD_REQUEST,
			HttpStatus.NOT_FOUND, HttpStatus.METHOD_NOT_ALLOWED, HttpStatus.CONTENT_TOO_LARGE,
			HttpStatus.SERVICE_UNAVAILABLE);

	/** By the status of the response, and by the outcome of the run. */
	private final Map<Enum<?>, LongAdder> counts = new ConcurrentHashMap<>();

	void increment(Enum<?> counted) {
		this.counts.computeIfAbsent(counted, (key) -> new LongAdder()).increment();
	}

	long count(Enum<?> counted) {
		LongAdder count = this.counts.get(counted);
		return (count != null) ? count.sum() : 0;
	}

	/**
	 * Outcome of a run that a delivery named.
	 */
	enum RunOutcome {

		/** The receiver has published its outcome. */
		PUBLISHED,

		/** A {@link WebhookRunFollower} hands it over. */
		FOLLOWED,

		/** The API does not know it, or does not return it for this key. */
		REFUSED,

		/** Its outcome did not become known, or the application has stopped. */
		GIVEN_UP

	}

}
