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

import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunApproval;
import ai.tinyfish.durable.DurableRunApproval.Decision;
import ai.tinyfish.durable.DurableRunFinishedEvent;
import ai.tinyfish.durable.DurableRunQuery;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.sample.Shop;
import ai.tinyfish.sample.Shop.Product;
import ai.tinyfish.webagent.WebAgent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.stereotype.Service;

/**
 * Runs that are stored in the database. Any instance of the application sends them,
 * follows them and receives their outcomes, also after a restart.
 */
@Service
@Profile("durable")
public class DurableOrders {

	private static final Logger log = LoggerFactory.getLogger(DurableOrders.class);

	private static final ParameterizedTypeReference<List<Product>> PRODUCTS = new ParameterizedTypeReference<>() {
	};

	private static final int MAX_RUNS = 100;

	private static final int MAX_OPEN = 200;

	private static final String URL = Shop.class.getAnnotation(WebAgent.class).url();

	private final DurableRuns runs;

	DurableOrders(DurableRuns runs) {
		this.runs = runs;
	}

	/**
	 * Submit runs, which are stored before this returns.
	 * @param count how many, from 1 to 100
	 * @throws IllegalArgumentException if the number is not allowed
	 * @throws TooManyRunsException if there would be more than 200 runs that have not
	 * ended: anyone who can reach this application could otherwise fill the database
	 */
	public List<DurableRun> submit(int count) {
		if (count < 1 || count > MAX_RUNS) {
			throw new IllegalArgumentException("count must be from 1 to " + MAX_RUNS);
		}
		if (open() + count > MAX_OPEN) {
			throw new TooManyRunsException("At most " + MAX_OPEN + " runs may be open: wait until some have ended");
		}
		AgentRequest request = AgentRequest.of(URL, "List the 2 cheapest books [steps:60]").withOutputType(PRODUCTS);
		return this.runs.submitAll(Collections.nCopies(count, request));
	}

	/**
	 * Submit an order, which waits for a person.
	 * @return the run, which is held
	 * @throws TooManyRunsException if there would be more than 200 runs that have not
	 * ended
	 */
	public DurableRun order() {
		if (open() >= MAX_OPEN) {
			throw new TooManyRunsException("At most " + MAX_OPEN + " runs may be open: wait until some have ended");
		}
		return this.runs
			.submit(AgentRequest.of(URL, "Order the cheapest book").withOutputType(PRODUCTS).withTag("order"));
	}

	@Bean
	static DurableRunApproval approval() {
		return (submission) -> submission.request().goal().startsWith("Order") ? Decision.ASK : Decision.RUN;
	}

	private long open() {
		// a run that changes its state between two of the queries is in both answers
		return Stream
			.of(DurableRunState.HELD, DurableRunState.ACCEPTED, DurableRunState.SENDING, DurableRunState.RUNNING)
			.map((state) -> DurableRunQuery.builder().state(state).limit(MAX_OPEN).build())
			.flatMap((query) -> this.runs.list(query).data().stream())
			.map(DurableRun::id)
			.distinct()
			.count();
	}

	@EventListener
	void on(DurableRunFinishedEvent event) {
		log.info("Durable run {}: {}, goal {}", event.getDurableId(), event.getRun().status(),
				event.getVerdict().outcome());
	}

	/**
	 * Exception for runs beyond the limit of open ones.
	 */
	public static class TooManyRunsException extends RuntimeException {

		TooManyRunsException(String message) {
			super(message);
		}

	}

}
