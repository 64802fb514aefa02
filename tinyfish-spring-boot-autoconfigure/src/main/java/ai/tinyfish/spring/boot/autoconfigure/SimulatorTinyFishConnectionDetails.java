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

package ai.tinyfish.spring.boot.autoconfigure;

import java.util.function.Supplier;

import ai.tinyfish.simulator.TinyFishSimulator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;

/**
 * {@link TinyFishConnectionDetails} of a simulator in this process, which starts when the
 * address is first requested.
 */
final class SimulatorTinyFishConnectionDetails
		implements TinyFishConnectionDetails, SimulatedConnection, DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(SimulatorTinyFishConnectionDetails.class);

	private final Supplier<TinyFishSimulator> starter;

	private final Object lock = new Object();

	private @Nullable TinyFishSimulator simulator;

	private boolean destroyed;

	SimulatorTinyFishConnectionDetails(Supplier<TinyFishSimulator> starter) {
		this.starter = starter;
	}

	@Override
	public boolean acceptsOtherApiKeys() {
		return simulator().acceptsOtherApiKeys();
	}

	@Override
	public String getApiKey() {
		return simulator().apiKey();
	}

	@Override
	public String getBaseUrl() {
		return simulator().baseUrl();
	}

	/**
	 * Return the simulator, started on first use.
	 */
	TinyFishSimulator simulator() {
		synchronized (this.lock) {
			if (this.destroyed) {
				throw new IllegalStateException("The TinyFish simulator is closed");
			}
			TinyFishSimulator current = this.simulator;
			if (current == null) {
				current = this.starter.get();
				this.simulator = current;
				logger.warn("TinyFish is simulated at {}: requests go there, except those of clients with a base URL of"
						+ " their own", current.baseUrl());
			}
			return current;
		}
	}

	@Override
	public void destroy() {
		synchronized (this.lock) {
			this.destroyed = true;
			if (this.simulator != null) {
				this.simulator.close();
			}
		}
	}

}
