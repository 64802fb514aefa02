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

package ai.tinyfish.simulator.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import ai.tinyfish.simulator.TinyFishSimulator;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Talks to a simulator with the client of the JDK.
 */
public final class Api {

	public static final String URL = "https://shop.example/phones";

	private static final JsonMapper JSON = new JsonMapper();

	private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final TinyFishSimulator simulator;

	public Api(TinyFishSimulator simulator) {
		this.simulator = simulator;
	}

	public static Map<String, Object> json(String text) {
		return JSON.readValue(text, new TypeReference<Map<String, Object>>() {
		});
	}

	public static String submission(String goal) {
		return JSON.writeValueAsString(Map.of("url", URL, "goal", goal));
	}

	public static String batch(String... ids) {
		return JSON.writeValueAsString(Map.of("run_ids", ids));
	}

	public Reply get(String path) {
		return send(request(path).GET());
	}

	public Reply post(String path) {
		return send(request(path).POST(BodyPublishers.noBody()));
	}

	public Reply post(String path, String body) {
		return send(request(path).POST(BodyPublishers.ofString(body)));
	}

	public Reply delete(String path) {
		return send(request(path).DELETE());
	}

	public CompletableFuture<HttpResponse<String>> postAsync(String path, String body) {
		return CLIENT.sendAsync(request(path).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
	}

	public String queue(String goal) {
		Reply reply = post("/v1/automation/run-async", submission(goal));
		assertStatus(reply, 200);
		return reply.text("run_id");
	}

	public HttpRequest.Builder request(String path) {
		return withoutKey(path).header("X-API-Key", this.simulator.apiKey());
	}

	public HttpRequest.Builder withoutKey(String path) {
		return HttpRequest.newBuilder(URI.create(this.simulator.baseUrl() + path)).timeout(Duration.ofSeconds(30));
	}

	public Reply send(HttpRequest.Builder request) {
		try {
			HttpResponse<String> response = CLIENT.send(request.build(), BodyHandlers.ofString());
			return new Reply(response.statusCode(), response.headers(), response.body());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private static void assertStatus(Reply reply, int status) {
		if (reply.status() != status) {
			throw new AssertionError("Expected " + status + " but got " + reply);
		}
	}

	public record Reply(int status, HttpHeaders headers, String raw) {

		public Map<String, Object> body() {
			return json(this.raw);
		}

		public String text(String field) {
			return (String) body().get(field);
		}

		@SuppressWarnings("unchecked")
		public Map<String, Object> object(String field) {
			return (Map<String, Object>) body().get(field);
		}

		@SuppressWarnings("unchecked")
		public List<Map<String, Object>> list(String field) {
			return (List<Map<String, Object>>) body().get(field);
		}

		public String errorCode() {
			return (String) object("error").get("code");
		}

		/**
		 * The fields that were found wrong, as names and indexes with dots between them.
		 */
		public List<String> wrongFields() {
			List<?> details = (List<?>) object("error").getOrDefault("details", List.of());
			return details.stream()
				.map((detail) -> (List<?>) ((Map<?, ?>) detail).get("path"))
				.map((path) -> String.join(".", path.stream().map(Object::toString).toList()))
				.toList();
		}

	}

}
