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

package ai.tinyfish.simulator;

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

import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Talks to a simulator with the client of the JDK.
 */
final class Api {

	static final String URL = "https://shop.example/phones";

	private static final JsonMapper JSON = new JsonMapper();

	private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final TinyFishSimulator simulator;

	Api(TinyFishSimulator simulator) {
		this.simulator = simulator;
	}

	static Map<String, Object> json(String text) {
		return JSON.readValue(text, new TypeReference<Map<String, Object>>() {
		});
	}

	static String submission(String goal) {
		return JSON.writeValueAsString(Map.of("url", URL, "goal", goal));
	}

	static String batch(String... ids) {
		return JSON.writeValueAsString(Map.of("run_ids", ids));
	}

	Reply get(String path) {
		return send(request(path).GET());
	}

	Reply post(String path) {
		return send(request(path).POST(BodyPublishers.noBody()));
	}

	Reply post(String path, String body) {
		return send(request(path).POST(BodyPublishers.ofString(body)));
	}

	Reply delete(String path) {
		return send(request(path).DELETE());
	}

	CompletableFuture<HttpResponse<String>> postAsync(String path, String body) {
		return CLIENT.sendAsync(request(path).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
	}

	String queue(String goal) {
		Reply reply = post("/v1/automation/run-async", submission(goal));
		assertStatus(reply, 200);
		return reply.text("run_id");
	}

	HttpRequest.Builder request(String path) {
		return withoutKey(path).header("X-API-Key", this.simulator.apiKey());
	}

	HttpRequest.Builder withoutKey(String path) {
		return HttpRequest.newBuilder(URI.create(this.simulator.baseUrl() + path)).timeout(Duration.ofSeconds(30));
	}

	Reply send(HttpRequest.Builder request) {
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

	record Reply(int status, HttpHeaders headers, String raw) {

		Map<String, Object> body() {
			return json(this.raw);
		}

		String text(String field) {
			return (String) body().get(field);
		}

		@SuppressWarnings("unchecked")
		Map<String, Object> object(String field) {
			return (Map<String, Object>) body().get(field);
		}

		@SuppressWarnings("unchecked")
		List<Map<String, Object>> list(String field) {
			return (List<Map<String, Object>>) body().get(field);
		}

		String errorCode() {
			return (String) object("error").get("code");
		}

		/**
		 * The fields that were found wrong, as names and indexes with dots between them.
		 */
		List<String> wrongFields() {
			List<?> details = (List<?>) object("error").getOrDefault("details", List.of());
			return details.stream()
				.map((detail) -> (List<?>) ((Map<?, ?>) detail).get("path"))
				.map((path) -> String.join(".", path.stream().map(Object::toString).toList()))
				.toList();
		}

	}

}
