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

package ai.tinyfish.spring.boot;

import java.util.function.Supplier;

import ai.tinyfish.simulator.TinyFishSimulator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;

/**
 * {@link TinyFishConnectionDetails} of a simulator in this process, or of the properties
 * where none is wanted. The simulator starts when the address is first requested.
 */
final class SimulatorTinyFishConnectionDetails
		implements TinyFishConnectionDetails, SimulatedConnection, DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(SimulatorTinyFishConnectionDetails.class);

	private final TinyFishConnectionDetails configured;

	private final boolean simulated;

	private final Supplier<TinyFishSimulator> starter;

	private final Object lock = new Object();

	private @Nullable TinyFishSimulator simulator;

	private boolean destroyed;

	SimulatorTinyFishConnectionDetails(TinyFishConnectionDetails configured, boolean simulated,
			Supplier<TinyFishSimulator> starter) {
		this.configured = configured;
		this.simulated = simulated;
		this.starter = starter;
	}

	@Override
	public boolean isSimulated() {
		return this.simulated;
	}

	@Override
	public boolean acceptsOtherApiKeys() {
		return this.simulated && simulator().acceptsOtherApiKeys();
	}

	@Override
	public @Nullable String getApiKey() {
		return this.simulated ? simulator().apiKey() : this.configured.getApiKey();
	}

	@Override
	public @Nullable String getBaseUrl() {
		return this.simulated ? simulator().baseUrl() : this.configured.getBaseUrl();
	}

	/**
	 * Return the simulator, started on first use, or null where none is wanted.
	 */
	@Nullable TinyFishSimulator simulatorIfWanted() {
		return this.simulated ? simulator() : null;
	}

	private TinyFishSimulator simulator() {
		synchronized (this.lock) {
			if (this.destroyed) {
				throw new IllegalStateException("The TinyFish simulator is closed");
			}
			TinyFishSimulator current = this.simulator;
			if (current == null) {
				current = this.starter.get();
				this.simulator = current;
				logger
					.warn("TinyFish is simulated at {}: no request leaves this machine, except those of clients with a"
							+ " base URL of their own", current.baseUrl());
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
