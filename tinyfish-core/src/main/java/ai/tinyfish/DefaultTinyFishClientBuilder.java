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

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

import ai.tinyfish.internal.settings.ClientSettings;
import ai.tinyfish.internal.wire.AggregatingRequestFactory;
import ai.tinyfish.internal.wire.SendDecision;
import org.jspecify.annotations.Nullable;

import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.client.RestClient;

/**
 * Builder for {@link DefaultTinyFishClient}.
 */
final class DefaultTinyFishClientBuilder extends TinyFishClient.Builder {

	private Supplier<RestClient.@Nullable Builder> restClientBuilder = () -> null;

	private final List<Consumer<RestClient.Builder>> restClientCustomizers = new ArrayList<>();

	DefaultTinyFishClientBuilder() {
		super(new ClientConfiguration());
	}

	DefaultTinyFishClientBuilder(DefaultTinyFishClientBuilder other, ClientResources shared) {
		super(other.configuration().derive(shared));
		this.restClientBuilder = other.restClientBuilder;
		this.restClientCustomizers.addAll(other.restClientCustomizers);
	}

	@Override
	TinyFishClient.Builder self() {
		return this;
	}

	@Override
	public TinyFishClient.Builder restClientBuilder(RestClient.Builder restClientBuilder) {
		RestClient.Builder given = required("restClientBuilder", restClientBuilder).clone();
		this.restClientBuilder = () -> given;
		return this;
	}

	@Override
	public TinyFishClient.Builder restClientBuilder(Supplier<RestClient.@Nullable Builder> restClientBuilder) {
		this.restClientBuilder = required("restClientBuilder", restClientBuilder);
		return this;
	}

	@Override
	public TinyFishClient.Builder customizeRestClient(Consumer<RestClient.Builder> customizer) {
		this.restClientCustomizers.add(required("customizer", customizer));
		return this;
	}

	@Override
	public TinyFishClient build() {
		return DefaultTinyFishClient.create(this);
	}

	/**
	 * Return the RestClient, built when it is first needed, or at once where there are
	 * customizers: their effects and failures appear when the client is built.
	 */
	Supplier<RestClient> restClient(ClientSettings settings, ClientResources resources) {
		SingletonSupplier<RestClient> restClient = SingletonSupplier.of(() -> newRestClient(settings, resources));
		if (!this.restClientCustomizers.isEmpty()) {
			restClient.obtain();
		}
		return restClient::obtain;
	}

	private RestClient newRestClient(ClientSettings settings, ClientResources resources) {
		RestClient.Builder given = this.restClientBuilder.get();
		RestClient.Builder builder = ((given != null) ? given.clone()
				: RestClient.builder().observationRegistry(configuration().observationRegistry))
			.uriBuilderFactory(settings.uriBuilderFactory())
			.requestFactory(new AggregatingRequestFactory(resources.transport(), settings.call().timeout(),
					ClientSettings.MAX_ANSWER_SIZE));
		this.restClientCustomizers.forEach((customizer) -> customizer.accept(builder));
		return builder.requestInterceptors((interceptors) -> interceptors.add(SendDecision::intercept)).build();
	}

}
