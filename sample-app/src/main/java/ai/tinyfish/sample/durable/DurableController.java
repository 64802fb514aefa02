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

package ai.tinyfish.sample.durable;

import java.util.List;

import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunQuery;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.DurableRuns;

import org.springframework.context.annotation.Profile;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Durable runs over HTTP.
 */
@RestController
@RequestMapping("/durable-runs")
@Profile("durable")
class DurableController {

	private final DurableOrders orders;

	private final DurableRuns runs;

	DurableController(DurableOrders orders, DurableRuns runs) {
		this.orders = orders;
		this.runs = runs;
	}

	@PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
	@ResponseStatus(HttpStatus.ACCEPTED)
	List<Summary> submit(@RequestBody Order order) {
		return this.orders.submit(order.count()).stream().map(Summary::of).toList();
	}

	@GetMapping
	List<Summary> list() {
		return this.runs.list(DurableRunQuery.all()).data().stream().map(Summary::of).toList();
	}

	record Order(int count) {

	}

	record Summary(String id, DurableRunState state) {

		static Summary of(DurableRun run) {
			return new Summary(run.id(), run.state());
		}

	}

}
