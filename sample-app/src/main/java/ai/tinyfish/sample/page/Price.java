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

import java.math.BigDecimal;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/**
 * Price of a step: the configured one, or an example if runs are simulated. With a key,
 * no price is made up.
 */
@Component
class Price {

	private static final BigDecimal EXAMPLE = new BigDecimal("0.016");

	private final ObjectProvider<Supplier<@Nullable BigDecimal>> configured;

	private final Simulation simulation;

	Price(@Qualifier("tinyFishStepPrice") ObjectProvider<Supplier<@Nullable BigDecimal>> configured,
			Simulation simulation) {
		this.configured = configured;
		this.simulation = simulation;
	}

	/**
	 * Return the price, or null if it is not known. May read it from the wallet.
	 */
	@Nullable BigDecimal perStep() {
		Supplier<@Nullable BigDecimal> supplier = this.configured.getIfAvailable();
		if (supplier != null) {
			return supplier.get();
		}
		return this.simulation.isActive() ? EXAMPLE : null;
	}

}
