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

import ai.tinyfish.TinyFishClientBuilder;

/**
 * Callback interface for the builders of both clients. Beans of this type are called in
 * their order. One of them, with order 0, applies the properties and beans of the
 * application. A customizer with a negative order sets defaults, which these override.
 * Any other customizer overrides them.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface TinyFishClientBuilderCustomizer {

	/**
	 * Customize the builder.
	 * @param builder the builder of a blocking or a reactive client
	 */
	void customize(TinyFishClientBuilder<?> builder);

}
