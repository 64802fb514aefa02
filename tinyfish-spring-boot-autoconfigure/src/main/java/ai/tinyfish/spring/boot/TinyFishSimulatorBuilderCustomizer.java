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

import ai.tinyfish.simulator.TinyFishSimulatorBuilder;

/**
 * Callback interface for the builder of the simulator that replaces TinyFish. Beans of
 * this type are called in order before it starts, after the properties below
 * {@code tinyfish.simulator} have been applied.
 * <p>
 * If the builder has several API keys, or accepts any, the application's
 * {@link ai.tinyfish.TinyFishApiKeyProvider} supplies the keys as in production.
 * Otherwise the simulator never receives them.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface TinyFishSimulatorBuilderCustomizer {

	/**
	 * Customize the builder.
	 * @param builder the builder
	 */
	void customize(TinyFishSimulatorBuilder builder);

}
