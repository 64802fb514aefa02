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

package ai.tinyfish.wire;

import java.util.List;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.QueuedBatch;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.ScriptedServer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Every operation, for what holds for all of them.
 */
enum Operation {

	RUN(true) {
		@Override
		Object call(TinyFishClient client) {
			return client.agent().run(Samples.request());
		}
	},

	QUEUE(true) {
		@Override
		Object call(TinyFishClient client) {
			return client.agent().queue(Samples.request());
		}
	},

	QUEUEALL(true) {
		@Override
		Object call(TinyFishClient client) {
			QueuedBatch batch = client.agent().queueAll(List.of(Samples.request(), Samples.request()));
			if (batch.failure() != null) {
				throw batch.failure();
			}
			return batch;
		}
	},

	STREAM(true) {
		@Override
		Object call(TinyFishClient client) {
			return client.agent().stream(Samples.request()).await();
		}
	},

	START(true) {
		@Override
		Object call(TinyFishClient client) {
			return client.agent().start(Samples.request()).await();
		}
	},

	GET(false) {
		@Override
		Object call(TinyFishClient client) {
			return client.runs().get("run-1");
		}
	},

	GETALL(false) {
		@Override
		Object call(TinyFishClient client) {
			return client.runs().getAll(List.of("run-1", "run-2"));
		}
	},

	LIST(false) {
		@Override
		Object call(TinyFishClient client) {
			return client.runs().list();
		}
	},

	CANCELALL(false) {
		@Override
		Object call(TinyFishClient client) {
			return client.runs().cancelAll(List.of("run-1", "run-2"));
		}
	},

	CANCEL(false) {
		@Override
		Object call(TinyFishClient client) {
			return client.runs().cancel("run-1");
		}
	};

	private final boolean submission;

	Operation(boolean submission) {
		this.submission = submission;
	}

	abstract Object call(TinyFishClient client);

	/**
	 * The same of the reactive client; of a stream, its last event.
	 */
	Mono<?> publish(ReactiveTinyFishClient client) {
		return switch (this) {
			case RUN -> client.agent().run(Samples.request());
			case QUEUE -> client.agent().queue(Samples.request());
			case QUEUEALL -> client.agent()
				.queueAll(List.of(Samples.request(), Samples.request()))
				.flatMap((batch) -> (batch.failure() != null) ? Mono.error(batch.failure()) : Mono.just(batch));
			case STREAM, START -> client.agent().stream(Samples.request()).last();
			case GET -> client.runs().get("run-1");
			case GETALL -> client.runs().getAll(List.of("run-1", "run-2"));
			case LIST -> client.runs().list();
			case CANCELALL -> client.runs().cancelAll(List.of("run-1", "run-2"));
			case CANCEL -> client.runs().cancel("run-1");
		};
	}

	boolean isSubmission() {
		return this.submission;
	}

	/**
	 * How many runs are submitted.
	 */
	int submissions() {
		return (this == QUEUEALL) ? 2 : isSubmission() ? 1 : 0;
	}

	boolean isStreamed() {
		return this == STREAM || this == START;
	}

	/**
	 * The run id that exceptions of the operation carry.
	 */
	@Nullable String runId() {
		return (this == GET || this == CANCEL) ? "run-1" : null;
	}

	/**
	 * An answer of success.
	 */
	String success() {
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
		};
	}

	String contentType() {
		return isStreamed() ? "text/event-stream" : "application/json";
	}

	/**
	 * A server that answers every operation with success.
	 */
	static ScriptedServer answering() {
		return new ScriptedServer((exchange) -> {
			String path = exchange.request().split(" ", 3)[1];
			Operation operation = path
				.endsWith("run-sse")
						? Operation.STREAM
						: path.endsWith("run-async") ? Operation.QUEUE
								: path.endsWith("run-batch") ? Operation.QUEUEALL
										: path.endsWith("batch/cancel") ? Operation.CANCELALL
												: path.endsWith("/cancel") ? Operation.CANCEL : path.endsWith("/batch")
														? Operation.GETALL
														: path.endsWith("/runs") ? Operation.LIST : Operation.RUN;
			exchange.answer(200, operation.contentType(), operation.success());
		});
	}

}
