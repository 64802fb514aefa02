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

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.http.HttpStatus;

/**
 * Meters of deliveries, and of the runs that they named.
 */
final class WebhookMeters implements MeterBinder {

	private final WebhookInbox inbox;

	WebhookMeters(WebhookInbox inbox) {
		this.inbox = inbox;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		Gauge.builder("tinyfish.webhook.pending", this.inbox, WebhookInbox::pending)
			.description("Runs named by webhook deliveries that are still pending")
			.register(registry);
		for (HttpStatus status : WebhookCounts.STATUSES) {
			FunctionCounter
				.builder("tinyfish.webhook.deliveries", this.inbox.counts(), (counts) -> counts.count(status))
				.tag("status", String.valueOf(status.value()))
				.description("Deliveries by the status of the response")
				.register(registry);
		}
		for (WebhookCounts.RunOutcome outcome : WebhookCounts.RunOutcome.values()) {
			FunctionCounter.builder("tinyfish.webhook.runs", this.inbox.counts(), (counts) -> counts.count(outcome))
				.tag("outcome", outcome.name())
				.description("Runs named by webhook deliveries, by outcome")
				.register(registry);
		}
	}

}
