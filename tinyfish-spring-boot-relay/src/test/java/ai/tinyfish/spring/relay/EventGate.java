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

package ai.tinyfish.spring.relay;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.agent.event.StartedEvent;

import org.springframework.core.Ordered;

/**
 * Listener that delays the first or the last event of runs, before other listeners.
 */
final class EventGate implements TinyFishRunListener, Ordered {

	private volatile CountDownLatch start = new CountDownLatch(0);

	private volatile CountDownLatch end = new CountDownLatch(0);

	private volatile boolean holding;

	void closeAtStart() {
		this.start = new CountDownLatch(1);
	}

	void closeAtEnd() {
		this.end = new CountDownLatch(1);
	}

	/**
	 * Return whether an event is being delayed.
	 */
	boolean isHolding() {
		return this.holding;
	}

	void open() {
		this.start.countDown();
		this.end.countDown();
	}

	@Override
	public void started(RunContext context, StartedEvent event) {
		pass(this.start);
	}

	@Override
	public void finished(RunContext context, CompleteEvent event) {
		pass(this.end);
	}

	private void pass(CountDownLatch gate) {
		this.holding = gate.getCount() > 0;
		try {
			gate.await(60, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.holding = false;
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

}
