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

package ai.tinyfish;

import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.web.client.RestClient;

/**
 * Builder for {@link DefaultTinyFishClient}.
 */
final class DefaultTinyFishClientBuilder extends TinyFishClient.Builder {

	DefaultTinyFishClientBuilder(ClientConfiguration configuration) {
		super(configuration);
	}

	@Override
	TinyFishClient.Builder self() {
		return this;
	}

	@Override
	public TinyFishClient.Builder restClientBuilder(RestClient.Builder restClientBuilder) {
		RestClient.Builder given = required("restClientBuilder", restClientBuilder).clone();
		configuration().restClientBuilder = () -> given;
		return this;
	}

	@Override
	public TinyFishClient.Builder restClientBuilder(Supplier<RestClient.@Nullable Builder> restClientBuilder) {
		configuration().restClientBuilder = required("restClientBuilder", restClientBuilder);
		return this;
	}

	@Override
	public TinyFishClient.Builder customizeRestClient(Consumer<RestClient.Builder> customizer) {
		configuration().restClientCustomizers.add(required("customizer", customizer));
		return this;
	}

	@Override
	public TinyFishClient build() {
		return new DefaultTinyFishClient(new ClientParts(configuration()));
	}

}
