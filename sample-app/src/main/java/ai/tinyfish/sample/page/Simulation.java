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

import ai.tinyfish.sample.durable.SimulatorElsewhere;
import ai.tinyfish.simulator.TinyFishSimulator;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Detection of simulated runs: in this process, or in another one of this machine.
 */
@Component
class Simulation {

	private final boolean here;

	private final boolean active;

	Simulation(ObjectProvider<TinyFishSimulator> here, ObjectProvider<SimulatorElsewhere> elsewhere) {
		this.here = here.getIfAvailable() != null;
		this.active = this.here || elsewhere.getIfAvailable() != null;
	}

	/**
	 * Return whether the simulator is in this process and has our scenarios.
	 */
	boolean isHere() {
		return this.here;
	}

	boolean isActive() {
		return this.active;
	}

}
