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

package ai.tinyfish.spring.ai.autoconfigure;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * MCP client with a session, which sends JSON-RPC by streamable HTTP. It shows what other
 * clients hide, such as each notification, and gives up at any time.
 */
final class RawMcpClient {

	static final String AUTHORIZATION = basic("user");

	private static final JsonMapper JSON = new JsonMapper();

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	private final URI uri;

	private final String authorization;

	private final String session;

	private RawMcpClient(URI uri, String authorization, String session) {
		this.uri = uri;
		this.authorization = authorization;
		this.session = session;
	}

	private static String basic(String user) {
		return "Basic " + Base64.getEncoder().encodeToString((user + ":secret").getBytes(StandardCharsets.UTF_8));
	}

	private static URI uri(int port) {
		return URI.create("http://127.0.0.1:" + port + "/mcp");
	}

	/**
	 * Open a session.
	 */
	static RawMcpClient open(int port) throws Exception {
		HttpResponse<String> response = initialize(port, Map.of("Authorization", AUTHORIZATION));
		RawMcpClient client = new RawMcpClient(uri(port), AUTHORIZATION,
				response.headers().firstValue("Mcp-Session-Id").orElseThrow());
		HTTP.send(client.request(Map.of("jsonrpc", "2.0", "method", "notifications/initialized")),
				BodyHandlers.discarding());
		return client;
	}

	/**
	 * Ask for a session.
	 */
	static HttpResponse<String> initialize(int port, Map<String, String> headers) throws Exception {
		HttpRequest.Builder request = post(uri(port),
				Map.of("jsonrpc", "2.0", "id", 0, "method", "initialize", "params", Map.of("protocolVersion",
						"2025-06-18", "capabilities", Map.of(), "clientInfo", Map.of("name", "raw", "version", "1"))));
		headers.forEach(request::header);
		return HTTP.send(request.build(), BodyHandlers.ofString());
	}

	/**
	 * Return a client of another user that knows the id of this session.
	 */
	RawMcpClient as(String user) {
		return new RawMcpClient(this.uri, basic(user), this.session);
	}

	/**
	 * Return a client of this user that names another session.
	 */
	RawMcpClient inSession(String id) {
		return new RawMcpClient(this.uri, this.authorization, id);
	}

	/**
	 * Return the status of a tool call.
	 */
	int callStatus(String tool, Map<String, ?> arguments) throws Exception {
		return status(request(rpc("tools/call", Map.of("name", tool, "arguments", arguments))));
	}

	/**
	 * Return the status of a request without a body: GET listens, and DELETE ends the
	 * session.
	 */
	int status(String method) throws Exception {
		return status(HttpRequest.newBuilder(this.uri)
			.header("Accept", "text/event-stream")
			.header("Authorization", this.authorization)
			.header("Mcp-Session-Id", this.session)
			.method(method, BodyPublishers.noBody())
			.build());
	}

	private static int status(HttpRequest request) throws Exception {
		HttpResponse<Stream<String>> response = HTTP.send(request, BodyHandlers.ofLines());
		response.body().close();
		return response.statusCode();
	}

	List<JsonNode> tools() throws Exception {
		return messages("tools/list", Map.of()).get(0).at("/result/tools").valueStream().toList();
	}

	/**
	 * Call a tool and return its result.
	 */
	JsonNode call(String tool, Map<String, ?> arguments) throws Exception {
		List<JsonNode> messages = messages("tools/call", Map.of("name", tool, "arguments", arguments));
		if (messages.size() != 1) {
			throw new AssertionError("Not one message, but " + messages);
		}
		return messages.get(0).path("result");
	}

	/**
	 * Call a tool and return all messages, the steps and then the result.
	 */
	List<JsonNode> callWithSteps(String tool, Map<String, ?> arguments) throws Exception {
		return messages("tools/call", withToken(tool, arguments));
	}

	/**
	 * Begin to call a tool. Cancelling the future or closing the stream hangs up.
	 */
	CompletableFuture<HttpResponse<Stream<String>>> begin(String tool, Map<String, ?> arguments) {
		return HTTP.sendAsync(request(rpc("tools/call", withToken(tool, arguments))), BodyHandlers.ofLines());
	}

	private static Map<String, Object> withToken(String tool, Map<String, ?> arguments) {
		return Map.of("name", tool, "arguments", arguments, "_meta", Map.of("progressToken", "steps"));
	}

	private List<JsonNode> messages(String method, Map<String, ?> params) throws Exception {
		HttpResponse<Stream<String>> response = HTTP.send(request(rpc(method, params)), BodyHandlers.ofLines());
		try (Stream<String> lines = response.body()) {
			return lines.filter((line) -> line.startsWith("data:"))
				.map((line) -> JSON.readTree(line.substring("data:".length())))
				.toList();
		}
	}

	private static Map<String, Object> rpc(String method, Map<String, ?> params) {
		return Map.of("jsonrpc", "2.0", "id", 1, "method", method, "params", params);
	}

	private HttpRequest request(Map<String, ?> message) {
		return post(this.uri, message).header("Authorization", this.authorization)
			.header("Mcp-Session-Id", this.session)
			.build();
	}

	private static HttpRequest.Builder post(URI uri, Map<String, ?> message) {
		return HttpRequest.newBuilder(uri)
			.header("Content-Type", "application/json")
			.header("Accept", "application/json, text/event-stream")
			.POST(BodyPublishers.ofString(JSON.writeValueAsString(message)));
	}

}
