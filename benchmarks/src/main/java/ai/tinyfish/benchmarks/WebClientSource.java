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
import java.util.List;

import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.internal.json.Json;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;
import tools.jackson.databind.ObjectReader;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.MediaType;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Events from a plain WebClient on Reactor Netty, read with Spring's own reader of
 * server-sent events and with Jackson. The mapper is the client's, so that both read with
 * the same settings.
 */
final class WebClientSource implements EventSource {

	private static final ObjectReader EVENT = Json.mapper().readerFor(HandWrittenEvent.class);

	private static final ObjectReader RECORDS = Json.mapper().readerFor(HandWrittenRecords.class);

	private static final ParameterizedTypeReference<ServerSentEvent<String>> SERVER_SENT_EVENT = new ParameterizedTypeReference<>() {
	};

	private final ConnectionProvider connections;

	private final LoopResources loop;

	private final WebClient client;

	/**
	 * A source.
	 * @param maxConnections how many streams may be open at once
	 */
	WebClientSource(String baseUrl, int maxConnections) {
		this.connections = ConnectionProvider.builder("by-hand").maxConnections(maxConnections).build();
		this.loop = LoopResources.create("by-hand", LoopResources.DEFAULT_IO_WORKER_COUNT, true);
		this.client = WebClient.builder()
			.baseUrl(baseUrl)
			.clientConnector(new ReactorClientHttpConnector(HttpClient.create(this.connections).runOn(this.loop)))
			.build();
	}

	@Override
	public Flux<? extends AgentEvent> stream(String goal) {
		return submit(goal).bodyToFlux(SERVER_SENT_EVENT).mapNotNull((event) -> {
			String data = event.data();
			return (data != null) ? EVENT.<HandWrittenEvent>readValue(data) : null;
		});
	}

	/**
	 * Submit a run and only receive what comes.
	 * @return the number of bytes
	 */
	Mono<Long> receive(String goal) {
		return submit(goal).bodyToFlux(DataBuffer.class).map((buffer) -> {
			int size = buffer.readableByteCount();
			DataBufferUtils.release(buffer);
			return size;
		}).reduce(0L, Long::sum);
	}

	/**
	 * Read the records of some runs with one call.
	 */
	Mono<HandWrittenRecords> records(List<String> runIds) {
		return this.client.post()
			.uri(Wire.BATCH_PATH)
			.header("X-API-Key", Wire.API_KEY)
			.contentType(MediaType.APPLICATION_JSON)
			.bodyValue("{\"run_ids\":[\"" + String.join("\",\"", runIds) + "\"]}")
			.retrieve()
			.bodyToMono(byte[].class)
			.map(RECORDS::<HandWrittenRecords>readValue);
	}

	private WebClient.ResponseSpec submit(String goal) {
		return this.client.post()
			.uri(Wire.STREAM_PATH)
			.header("X-API-Key", Wire.API_KEY)
			.accept(MediaType.TEXT_EVENT_STREAM)
			.contentType(MediaType.APPLICATION_JSON)
			.bodyValue("{\"url\":\"" + Wire.URL + "\",\"goal\":\"" + goal + "\"}")
			.retrieve();
	}

	@Override
	public void close() {
		this.connections.disposeLater().block(Duration.ofSeconds(10));
		this.loop.disposeLater(Duration.ZERO, Duration.ofSeconds(3)).block(Duration.ofSeconds(10));
	}

}
