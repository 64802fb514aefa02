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

package ai.tinyfish.spring.test;

import ai.tinyfish.simulator.TinyFishSimulator;

/**
 * Entry point of the assertions, to be imported statically in addition to AssertJ's.
 *
 * @since 0.1.0
 */
public final class TinyFishAssertions {

	private TinyFishAssertions() {
	}

	/**
	 * Create assertions on the requests to a simulator since it was started or reset.
	 * Each checks the journal when it is called: if other threads send requests, wait
	 * until it holds.
	 * @param actual the simulator
	 * @return the assertions
	 */
	public static TinyFishSimulatorAssert assertThat(TinyFishSimulator actual) {
		return new TinyFishSimulatorAssert(actual);
	}

}
