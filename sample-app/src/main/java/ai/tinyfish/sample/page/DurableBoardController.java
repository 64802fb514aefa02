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

import ai.tinyfish.sample.durable.DurableOrders;
import ai.tinyfish.sample.durable.DurableOrders.TooManyRunsException;

import org.springframework.context.annotation.Profile;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;

/**
 * Takes what the page sends for durable runs.
 */
@Controller
@Profile("durable")
class DurableBoardController {

	private static final int RUNS = 20;

	private final DurableOrders orders;

	DurableBoardController(DurableOrders orders) {
		this.orders = orders;
	}

	@PostMapping(path = "/board/durable-runs", headers = PageSecurity.FROM_SCRIPTS)
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void submit() {
		this.orders.submit(RUNS);
	}

	@ExceptionHandler
	ResponseEntity<String> onTooManyRuns(TooManyRunsException ex) {
		return ResponseEntity.status(HttpStatus.TOO_MANY_REQUESTS)
			.contentType(MediaType.TEXT_PLAIN)
			.body(ex.getMessage());
	}

}
