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

package ai.tinyfish.benchmarks;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.internal.json.Json;
import ai.tinyfish.run.Run;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import reactor.netty.http.client.HttpClient;

import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.ReactorClientHttpRequestFactory;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.http.codec.json.JacksonJsonDecoder;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Getting a run, one call after the other on one connection: with the client, and with
 * RestClient and WebClient by hand, which read the same record with the same mapper.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(5)
@Warmup(iterations = 15, time = 1)
@Measurement(iterations = 3, time = 1)
@SuppressWarnings("NullAway.Init")
public class RunsGetBenchmark {

	private ServerProcess server;

	private TinyFishClient client;

	private ReactiveTinyFishClient reactiveClient;

	private RestClient restClientOnReactor;

	private RestClient restClientOnJdk;

	private WebClient webClient;

	/**
	 * Start the server and make the clients.
	 */
	@Setup(Level.Trial)
	public void start() {
		this.server = new ServerProcess();
		String baseUrl = this.server.baseUrl();
		this.client = TinyFishClient.builder().apiKey(Wire.API_KEY).baseUrl(baseUrl).build();
		this.reactiveClient = ReactiveTinyFishClient.builder().apiKey(Wire.API_KEY).baseUrl(baseUrl).build();
		this.restClientOnReactor = restClient(baseUrl, new ReactorClientHttpRequestFactory());
		this.restClientOnJdk = restClient(baseUrl, new JdkClientHttpRequestFactory());
		this.webClient = WebClient.builder()
			.baseUrl(baseUrl)
			.clientConnector(new ReactorClientHttpConnector(HttpClient.create()))
			.codecs((codecs) -> codecs.defaultCodecs().jacksonJsonDecoder(new JacksonJsonDecoder(Json.mapper())))
			.build();
	}

	private static RestClient restClient(String baseUrl, ClientHttpRequestFactory requestFactory) {
		return RestClient.builder()
			.baseUrl(baseUrl)
			.requestFactory(requestFactory)
			.configureMessageConverters(
					(converters) -> converters.withJsonConverter(new JacksonJsonHttpMessageConverter(Json.mapper())))
			.build();
	}

	/**
	 * Stop the server and the clients.
	 */
	@TearDown(Level.Trial)
	public void stop() {
		this.client.close();
		this.reactiveClient.close();
		this.server.close();
	}

	/**
	 * The client.
	 * @return the run
	 */
	@Benchmark
	public Run client() {
		return check(this.client.runs().get(Wire.RUN_ID));
	}

	/**
	 * RestClient on Reactor Netty, as the client is.
	 * @return the run
	 */
	@Benchmark
	public Run restClientOnReactor() {
		return check(get(this.restClientOnReactor));
	}

	/**
	 * RestClient on the JDK's HTTP client.
	 * @return the run
	 */
	@Benchmark
	public Run restClientOnJdk() {
		return check(get(this.restClientOnJdk));
	}

	private static Run get(RestClient restClient) {
		return Objects.requireNonNull(restClient.get()
			.uri(Wire.RUN_PATH, Wire.RUN_ID)
			.header("X-API-Key", Wire.API_KEY)
			.retrieve()
			.body(Run.class));
	}

	/**
	 * The reactive client, waited for.
	 * @return the run
	 */
	@Benchmark
	public Run reactiveClient() {
		return check(Objects.requireNonNull(this.reactiveClient.runs().get(Wire.RUN_ID).block(Duration.ofMinutes(1))));
	}

	/**
	 * WebClient on Reactor Netty, waited for.
	 * @return the run
	 */
	@Benchmark
	public Run webClient() {
		return check(Objects.requireNonNull(this.webClient.get()
			.uri(Wire.RUN_PATH, Wire.RUN_ID)
			.header("X-API-Key", Wire.API_KEY)
			.retrieve()
			.bodyToMono(Run.class)
			.block(Duration.ofMinutes(1))));
	}

	private static Run check(Run run) {
		if (!run.runId().equals(Wire.RUN_ID) || run.steps().size() != Wire.STEPS || run.result().isEmpty()) {
			throw new IllegalStateException("This is not the run: " + run);
		}
		return run;
	}

}
