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

import ai.tinyfish.TinyFishClientBuilder;
import ai.tinyfish.spring.boot.TinyFishClientBuilderCustomizer;

import org.springframework.beans.factory.ObjectProvider;

/**
 * Configurer of the builders of both clients. An application that defines its own builder
 * can inject it, to start with the settings of the auto-configured builder.
 *
 * @since 0.1.0
 */
public final class TinyFishClientBuilderConfigurer {

	private final ObjectProvider<TinyFishClientBuilderCustomizer> customizers;

	TinyFishClientBuilderConfigurer(ObjectProvider<TinyFishClientBuilderCustomizer> customizers) {
		this.customizers = customizers;
	}

	/**
	 * Configure a builder with the properties, the beans and the customizers of the
	 * application. Its settings can be changed afterwards.
	 * @param <B> the type of the builder
	 * @param builder the builder
	 * @return the builder
	 */
	public <B extends TinyFishClientBuilder<B>> B configure(B builder) {
		for (TinyFishClientBuilderCustomizer customizer : this.customizers.orderedStream().toList()) {
			customizer.customize(builder);
		}
		return builder;
	}

}
