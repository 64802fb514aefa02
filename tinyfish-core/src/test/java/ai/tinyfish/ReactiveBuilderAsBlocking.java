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
import java.util.function.Function;
import java.util.function.Supplier;

import ai.tinyfish.testing.Blocking;
import org.jspecify.annotations.Nullable;

import org.springframework.web.client.RestClient;

/**
 * Builder of the reactive client in the shape of the blocking one's. Settings of the
 * blocking client alone are refused.
 */
public final class ReactiveBuilderAsBlocking extends TinyFishClient.Builder {

	private final ReactiveTinyFishClient.Builder builder;

	private final Function<ReactiveTinyFishClient, TinyFishClient> shape;

	public ReactiveBuilderAsBlocking(ReactiveTinyFishClient.Builder builder,
			Function<ReactiveTinyFishClient, TinyFishClient> shape) {
		super(builder.configuration);
		this.builder = builder;
		this.shape = shape;
	}

	@Override
	public TinyFishClient.Builder restClientBuilder(RestClient.Builder restClientBuilder) {
		throw Blocking.unsupported("restClientBuilder");
	}

	@Override
	public TinyFishClient.Builder restClientBuilder(Supplier<RestClient.@Nullable Builder> restClientBuilder) {
		throw Blocking.unsupported("restClientBuilder");
	}

	@Override
	public TinyFishClient.Builder customizeRestClient(Consumer<RestClient.Builder> customizer) {
		throw Blocking.unsupported("customizeRestClient");
	}

	@Override
	public TinyFishClient build() {
		return this.shape.apply(this.builder.build());
	}

}
