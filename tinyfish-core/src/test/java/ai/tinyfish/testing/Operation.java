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

package ai.tinyfish.testing;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.QueuedBatch;
import ai.tinyfish.agent.ReactiveRunHandle;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.profile.ProfileRequest;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.testing.server.ScriptedServer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Every operation, for tests of all of them.
 */
public enum Operation {

	RUN("agent.run", Kind.RUN, (client) -> client.agent().run(Samples.request())),

	QUEUE("agent.queue", Kind.RUN, (client) -> client.agent().queue(Samples.request())),

	QUEUEALL("agent.queueAll", Kind.RUN, (client) -> {
		QueuedBatch batch = client.agent().queueAll(List.of(Samples.request(), Samples.request()));
		if (batch.cause() != null) {
			throw batch.cause();
		}
		return batch;
	}),

	STREAM("agent.stream", Kind.RUN, (client) -> client.agent().stream(Samples.request()).await()),

	START("agent.start", Kind.RUN, (client) -> client.agent().start(Samples.request()).await()),

	GET("runs.get", Kind.REPEATABLE, (client) -> client.runs().get("run-1")),

	GETALL("runs.getAll", Kind.REPEATABLE, (client) -> client.runs().getAll(List.of("run-1", "run-2"))),

	LIST("runs.list", Kind.REPEATABLE, (client) -> client.runs().list()),

	CANCELALL("runs.cancelAll", Kind.REPEATABLE, (client) -> client.runs().cancelAll(List.of("run-1", "run-2"))),

	CANCEL("runs.cancel", Kind.REPEATABLE, (client) -> client.runs().cancel("run-1")),

	SEARCH_QUERY("search.query", Kind.REPEATABLE, (client) -> client.search().query("java records")),

	SEARCH_USAGE("search.usage", Kind.REPEATABLE, (client) -> client.search().usage()),

	FETCH_GETCONTENTS("fetch.getContents", Kind.REPEATABLE,
			(client) -> client.fetch().getContents("https://shop.example/item")),

	FETCH_USAGE("fetch.usage", Kind.REPEATABLE, (client) -> client.fetch().usage()),

	BROWSER_CREATE("browser.create", Kind.SUBMISSION, (client) -> client.browser().create()),

	BROWSER_CLOSE("browser.close", Kind.REPEATABLE, (client) -> {
		client.browser().close("br-1");
		return "closed";
	}),

	BROWSER_USAGE("browser.usage", Kind.REPEATABLE, (client) -> client.browser().usage()),

	VAULT_CONNECT("vault.connect", Kind.REPEATABLE, (client) -> client.vault().connect(Samples.vault())),

	VAULT_CONNECTIONS("vault.connections", Kind.REPEATABLE, (client) -> client.vault().connections()),

	VAULT_DISCONNECT("vault.disconnect", Kind.REPEATABLE, (client) -> client.vault().disconnect("conn-1")),

	VAULT_ITEMS("vault.items", Kind.REPEATABLE, (client) -> client.vault().items()),

	VAULT_SYNC("vault.sync", Kind.REPEATABLE, (client) -> client.vault().sync()),

	PROFILES_LIST("profiles.list", Kind.REPEATABLE, (client) -> client.profiles().list()),

	PROFILES_CREATE("profiles.create", Kind.SUBMISSION,
			(client) -> client.profiles().create(ProfileRequest.of("Shop"))),

	PROFILES_STARTSETUP("profiles.startSetup", Kind.SUBMISSION, (client) -> client.profiles().startSetup("prof-1")),

	PROFILES_SAVE("profiles.save", Kind.REPEATABLE,
			(client) -> client.profiles().save(Samples.setupSession("prof-1", Samples.SETUP_SESSION))),

	PROFILES_CANCELSETUP("profiles.cancelSetup", Kind.REPEATABLE, (client) -> {
		client.profiles().cancelSetup(Samples.setupSession("prof-1", Samples.SETUP_SESSION));
		return "cancelled";
	}),

	WALLET_GET("wallet.get", Kind.REPEATABLE, (client) -> client.wallet().get());

	private final String method;

	private final Kind kind;

	private final Function<TinyFishClient, Object> call;

	Operation(String method, Kind kind, Function<TinyFishClient, Object> call) {
		this.method = method;
		this.kind = kind;
		this.call = call;
	}

	public Object call(TinyFishClient client) {
		return this.call.apply(client);
	}

	/**
	 * The same of the reactive client; of a stream, its last event, and of a run in the
	 * background, its outcome.
	 */
	public Mono<?> publish(ReactiveTinyFishClient client) {
		return switch (this) {
			case RUN -> client.agent().run(Samples.request());
			case QUEUE -> client.agent().queue(Samples.request());
			case QUEUEALL -> client.agent()
				.queueAll(List.of(Samples.request(), Samples.request()))
				.flatMap((batch) -> (batch.cause() != null) ? Mono.error(batch.cause()) : Mono.just(batch));
			case STREAM -> client.agent().stream(Samples.request()).last();
			case START -> client.agent().start(Samples.request()).flatMap(ReactiveRunHandle::result);
			case GET -> client.runs().get("run-1");
			case GETALL -> client.runs().getAll(List.of("run-1", "run-2"));
			case LIST -> client.runs().list();
			case CANCELALL -> client.runs().cancelAll(List.of("run-1", "run-2"));
			case CANCEL -> client.runs().cancel("run-1");
			case SEARCH_QUERY -> client.search().query("java records");
			case SEARCH_USAGE -> client.search().usage();
			case FETCH_GETCONTENTS -> client.fetch().getContents("https://shop.example/item");
			case FETCH_USAGE -> client.fetch().usage();
			case BROWSER_CREATE -> client.browser().create();
			case BROWSER_CLOSE -> client.browser().close("br-1").thenReturn("closed");
			case BROWSER_USAGE -> client.browser().usage();
			case VAULT_CONNECT -> client.vault().connect(Samples.vault());
			case VAULT_CONNECTIONS -> client.vault().connections();
			case VAULT_DISCONNECT -> client.vault().disconnect("conn-1");
			case VAULT_ITEMS -> client.vault().items();
			case VAULT_SYNC -> client.vault().sync();
			case PROFILES_LIST -> client.profiles().list();
			case PROFILES_CREATE -> client.profiles().create(ProfileRequest.of("Shop"));
			case PROFILES_STARTSETUP -> client.profiles().startSetup("prof-1");
			case PROFILES_SAVE -> client.profiles().save(Samples.setupSession("prof-1", Samples.SETUP_SESSION));
			case PROFILES_CANCELSETUP -> client.profiles()
				.cancelSetup(Samples.setupSession("prof-1", Samples.SETUP_SESSION))
				.thenReturn("cancelled");
			case WALLET_GET -> client.wallet().get();
		};
	}

	/**
	 * The area and the method of the clients, which is its name.
	 */
	public String method() {
		return this.method;
	}

	/**
	 * Whether it starts something, so that it is not sent twice.
	 */
	public boolean isSubmission() {
		return this.kind != Kind.REPEATABLE;
	}

	public boolean startsRun() {
		return this.kind == Kind.RUN;
	}

	/**
	 * Whether it is recorded as {@code tinyfish.run}.
	 */
	public boolean isObservedAsRun() {
		return this == RUN || isStreamed();
	}

	/**
	 * How many runs are submitted.
	 */
	public int submissions() {
		return (this == QUEUEALL) ? 2 : startsRun() ? 1 : 0;
	}

	public boolean isStreamed() {
		return this == STREAM || this == START;
	}

	/**
	 * Whether its requests carry the integration tag.
	 */
	public boolean isTagged() {
		return startsRun() || this == FETCH_GETCONTENTS || this == BROWSER_CREATE || this == VAULT_CONNECT
				|| this == PROFILES_CREATE || this == PROFILES_STARTSETUP;
	}

	/**
	 * Whether a success needs no body, so that any JSON there does no harm.
	 */
	public boolean needsNoBody() {
		return this == BROWSER_CLOSE || this == PROFILES_CANCELSETUP;
	}

	/**
	 * The exception if it is unknown whether a request took effect.
	 * @param otherwise the same if that cannot be a run
	 */
	public Class<? extends RuntimeException> unknown(Class<? extends RuntimeException> otherwise) {
		return startsRun() ? TinyFishRunOutcomeUnknownException.class : otherwise;
	}

	/**
	 * The exception if the client is closed before the response.
	 */
	public Class<? extends RuntimeException> closed() {
		return unknown(TinyFishConnectionException.class);
	}

	/**
	 * The run id that exceptions of the operation carry.
	 */
	public @Nullable String runId() {
		return (this == GET || this == CANCEL) ? "run-1" : null;
	}

	/**
	 * The beginning of its requests, as {@code docs/api.md} has it.
	 */
	public String requestLine() {
		return switch (this) {
			case RUN -> "POST /v1/automation/run";
			case QUEUE -> "POST /v1/automation/run-async";
			case QUEUEALL -> "POST /v1/automation/run-batch";
			case STREAM, START -> "POST /v1/automation/run-sse";
			case GET -> "GET /v1/runs/{id}";
			case GETALL -> "POST /v1/runs/batch";
			case LIST -> "GET /v1/runs";
			case CANCELALL -> "POST /v1/runs/batch/cancel";
			case CANCEL -> "POST /v1/runs/{id}/cancel";
			case SEARCH_QUERY -> "GET /v1/search";
			case SEARCH_USAGE -> "GET /v1/search/usage";
			case FETCH_GETCONTENTS -> "POST /v1/fetch";
			case FETCH_USAGE -> "GET /v1/fetch/usage";
			case BROWSER_CREATE -> "POST /v1/browser";
			case BROWSER_CLOSE -> "DELETE /v1/browser/{id}";
			case BROWSER_USAGE -> "GET /v1/browser/usage";
			case VAULT_CONNECT -> "POST /v1/vault/connections";
			case VAULT_CONNECTIONS -> "GET /v1/vault/connections";
			case VAULT_DISCONNECT -> "DELETE /v1/vault/connections/{id}";
			case VAULT_ITEMS -> "GET /v1/vault/items";
			case VAULT_SYNC -> "POST /v1/vault/items/sync";
			case PROFILES_LIST -> "GET /v1/profiles";
			case PROFILES_CREATE -> "POST /v1/profiles";
			case PROFILES_STARTSETUP -> "POST /v1/profiles/{id}/setup-session";
			case PROFILES_SAVE -> "POST /v1/profiles/{id}/save";
			case PROFILES_CANCELSETUP -> "POST /v1/profiles/{id}/setup-session/cancel";
			case WALLET_GET -> "GET /v1/wallet";
		};
	}

	/**
	 * An answer of success.
	 */
	public String success() {
		return switch (this) {
			case RUN, GET -> Samples.RUN;
			case QUEUE -> "{\"run_id\":\"run-1\",\"error\":null}";
			case QUEUEALL -> "{\"run_ids\":[\"run-1\",\"run-2\"],\"error\":null}";
			case STREAM, START -> "data: " + Samples.STARTED + "\n\ndata: " + Samples.COMPLETE + "\n\n";
			case GETALL -> "{\"data\":[" + Samples.RUN + "],\"not_found\":[\"run-2\"]}";
			case LIST -> "{\"data\":[],\"pagination\":{\"total\":0,\"next_cursor\":null,\"has_more\":false}}";
			case CANCELALL ->
				"{\"results\":[{\"run_id\":\"run-1\",\"status\":\"CANCELLED\"}],\"not_found\":[\"run-2\"]}";
			case CANCEL -> "{\"run_id\":\"run-1\",\"status\":\"CANCELLED\"}";
			case SEARCH_QUERY -> "{\"query\":\"java records\",\"results\":[],\"total_results\":0,\"page\":0}";
			case FETCH_GETCONTENTS -> "{\"results\":[],\"errors\":[]}";
			case SEARCH_USAGE, FETCH_USAGE, BROWSER_USAGE ->
				"{\"items\":[],\"total\":0,\"limit\":100,\"page\":1,\"total_pages\":0,\"has_more\":false}";
			case BROWSER_CREATE ->
				"{\"session_id\":\"br-1\",\"cdp_url\":\"wss://b.example/cdp\",\"base_url\":\"https://b.example\"}";
			case BROWSER_CLOSE -> "";
			case VAULT_CONNECT ->
				"{\"connectionId\":\"conn-1\",\"connected\":true,\"provider\":\"bitwarden\",\"items\":[]}";
			case VAULT_CONNECTIONS -> "{\"connections\":[]}";
			case VAULT_DISCONNECT -> "{\"disconnected\":true,\"connectionId\":\"conn-1\"}";
			case VAULT_ITEMS -> "{\"items\":[]}";
			case VAULT_SYNC -> "{\"items\":[],\"sync_summary\":{\"added\":0,\"updated\":0,\"removed\":0}}";
			case PROFILES_LIST -> "{\"profiles\":[]}";
			case PROFILES_CREATE -> "{\"id\":\"prof-1\",\"name\":\"Shop\"}";
			case PROFILES_STARTSETUP ->
				"{\"session_id\":\"" + Samples.SETUP_SESSION + "\",\"cdp_url\":\"wss://s.example/cdp\"}";
			case PROFILES_SAVE -> "{\"domains_updated\":[],\"domains_failed\":[],\"cookie_count\":0}";
			case PROFILES_CANCELSETUP -> "{}";
			case WALLET_GET -> "{\"available_balance\":\"1.50\",\"currency\":\"USD\"}";
		};
	}

	public String contentType() {
		return isStreamed() ? "text/event-stream" : "application/json";
	}

	/**
	 * The beginning of a request with placeholders for ids, and without a query.
	 */
	public static String requestLine(String request) {
		String[] parts = request.split(" ", 3);
		return parts[0] + " "
				+ parts[1].replaceFirst("\\?.*", "").replaceFirst("/(run|br|conn|prof)-1(?=/|$)", "/{id}");
	}

	/**
	 * A server that answers every operation with success.
	 */
	public static ScriptedServer answering() {
		return new ScriptedServer((exchange) -> {
			// a base URL may have a path
			String line = requestLine(exchange.request()).replaceFirst(" .*/v1/", " /v1/");
			Operation operation = Arrays.stream(values())
				.filter((candidate) -> line.equals(candidate.requestLine()))
				.findFirst()
				.orElseThrow();
			exchange.answer(200, operation.contentType(), operation.success());
		});
	}

	/**
	 * A simulator that answers this operation, and polls, with a fault.
	 */
	public TinyFishSimulator simulator(Fault fault) {
		return Samples.simulator()
			.start()
			.fault(FaultPoint.poll(), fault)
			.fault(FaultPoint.answerOf(requestLine()), fault);
	}

	/**
	 * A simulator that answers all operations, and polls, with a fault.
	 */
	public static TinyFishSimulator simulatorOfAll(Fault fault) {
		TinyFishSimulator simulator = Samples.simulator().start().fault(FaultPoint.poll(), fault);
		for (Operation operation : values()) {
			simulator.fault(FaultPoint.answerOf(operation.requestLine()), fault);
		}
		return simulator;
	}

	private enum Kind {

		RUN, SUBMISSION, REPEATABLE

	}

}
