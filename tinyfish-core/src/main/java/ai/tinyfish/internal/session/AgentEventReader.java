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

package ai.tinyfish.internal.session;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.ApiResultEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.agent.event.HeartbeatEvent;
import ai.tinyfish.agent.event.ProgressEvent;
import ai.tinyfish.agent.event.StartedEvent;
import ai.tinyfish.agent.event.StreamingUrlEvent;
import ai.tinyfish.agent.event.UnknownEvent;
import ai.tinyfish.error.TinyFishStreamParseException;
import ai.tinyfish.internal.json.HalfCharacters;
import ai.tinyfish.internal.json.Instants;
import ai.tinyfish.internal.json.Json;
import ai.tinyfish.internal.json.JsonFields;
import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.request.RunIds;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunError;
import ai.tinyfish.run.RunResult;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;

/**
 * Reads one event of a run's stream in one pass over its bytes, without building a tree,
 * since events are many and small. The outcome, which is sent once, takes a second pass.
 */
final class AgentEventReader {

	// reads a value in the middle of a document: there are always tokens after it
	private static final ObjectReader RESULT = Json.mapper()
		.readerFor(RunResult.class)
		.without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

	private static final ObjectReader OUTCOME = Json.mapper().readerFor(AgentRun.class);

	private static final String HELP_URL = "help_url";

	private static final String HELP_MESSAGE = "help_message";

	// enough to fill the exception's text with any characters
	private static final int MAX_LINE_BYTES = 4096;

	private @Nullable String type;

	private @Nullable String runId;

	private @Nullable Instant timestamp;

	private @Nullable String purpose;

	private @Nullable String tinyfishApi;

	private @Nullable String streamingUrl;

	private @Nullable String status;

	private @Nullable RunResult result;

	private AgentEventReader() {
	}

	/**
	 * Read one event.
	 * @param buffer the array with the event as UTF-8 encoded JSON; not kept
	 * @param offset the beginning of the event
	 * @param length its length in bytes
	 * @return the event, an {@link UnknownEvent} if its type is new or missing
	 * @throws TinyFishStreamParseException if this is not a JSON object, or if it lacks a
	 * value that its type requires
	 */
	static AgentEvent read(byte[] buffer, int offset, int length) {
		AgentEventReader reader = new AgentEventReader();
		try (JsonParser parser = Json.mapper().createParser(buffer, offset, length)) {
			if (parser.nextToken() != JsonToken.START_OBJECT) {
				throw reader.unreadable("An event of the stream is not a JSON object", buffer, offset, length, null);
			}
			for (String name = parser.nextName(); name != null; name = parser.nextName()) {
				parser.nextToken();
				reader.readField(name, parser);
			}
			if (parser.nextToken() != null) {
				throw reader.unreadable("An event of the stream has text after its JSON object", buffer, offset, length,
						null);
			}
			return reader.toEvent(buffer, offset, length);
		}
		catch (JacksonException ex) {
			byte[] replaced = HalfCharacters.replaced(buffer, offset, length);
			if (replaced != null) {
				return read(replaced, 0, replaced.length);
			}
			throw reader.unreadable("An event of the stream is not JSON", buffer, offset, length, ex);
		}
	}

	private void readField(String name, JsonParser parser) {
		switch (name) {
			case "type" -> this.type = text(parser);
			case "run_id", "runId" -> this.runId = orElse(runId(parser), this.runId);
			case "timestamp" -> this.timestamp = Instants.parse(text(parser));
			case "purpose" -> this.purpose = text(parser);
			case "tinyfish_api" -> this.tinyfishApi = text(parser);
			case "streaming_url", "streamingUrl" -> this.streamingUrl = orElse(text(parser), this.streamingUrl);
			case "status" -> this.status = nonBlank(text(parser));
			case "result", "resultJson" -> {
				// the value of the outcome is read with it
				if (this.result == null && !"COMPLETE".equals(this.type)
						&& parser.currentToken() != JsonToken.VALUE_NULL) {
					this.result = RESULT.readValue(parser);
				}
				else {
					parser.skipChildren();
				}
			}
			default -> parser.skipChildren();
		}
	}

	private AgentEvent toEvent(byte[] buffer, int offset, int length) {
		String eventType = (this.type != null) ? this.type : "";
		switch (eventType) {
			case "PROGRESS":
				return new ProgressEvent(this.runId, this.timestamp, (this.purpose != null) ? this.purpose : "",
						this.tinyfishApi);
			case "HEARTBEAT":
				return new HeartbeatEvent(this.runId, this.timestamp);
			case "TF_API_RESULT":
				return new ApiResultEvent(this.runId, this.timestamp, this.tinyfishApi,
						(this.result != null) ? this.result : RunResult.empty());
			case "STARTED":
				if (this.runId == null) {
					throw unreadable("The STARTED event names no run", buffer, offset, length, null);
				}
				return new StartedEvent(this.runId, this.timestamp);
			case "COMPLETE":
				if (this.status == null) {
					throw unreadable("The COMPLETE event has no status", buffer, offset, length, null);
				}
				return new CompleteEvent(outcome(buffer, offset, length), this.timestamp, false);
			case "STREAMING_URL":
				if (this.streamingUrl != null && Checks.isWebUrl(this.streamingUrl)) {
					return new StreamingUrlEvent(this.runId, this.timestamp, this.streamingUrl);
				}
				// useless without its url, but not a reason to give up the run. Another
				// scheme could be a script that runs in the browser that opens it
				break;
			default:
				break;
		}
		return new UnknownEvent(eventType, this.runId, this.timestamp,
				new String(buffer, offset, length, StandardCharsets.UTF_8));
	}

	/**
	 * Read the outcome as in every other document that has one. An event has the help
	 * texts of its error next to the error.
	 */
	private AgentRun outcome(byte[] buffer, int offset, int length) {
		AgentRun.Builder outcome = OUTCOME.<AgentRun>readValue(buffer, offset, length).toBuilder().runId(this.runId);
		JsonFields fields = JsonFields.of(outcome);
		fields.set("type", null);
		fields.set("timestamp", null);
		AgentRun run = outcome.build();
		return (fields.has(HELP_URL) || fields.has(HELP_MESSAGE)) ? withHelp(run) : run;
	}

	private static AgentRun withHelp(AgentRun run) {
		AgentRun.Builder outcome = run.toBuilder();
		JsonFields fields = JsonFields.of(outcome);
		RunError.Builder error = (run.error() != null) ? run.error().toBuilder() : null;
		Map<String, @Nullable Object> others = run.additionalProperties();
		for (String name : List.of(HELP_URL, HELP_MESSAGE)) {
			Object help = others.get(name);
			if (help == null) {
				fields.set(name, null);
			}
			else if (error != null && help instanceof String text) {
				String own = orElse(JsonFields.of(error).get(name, String.class), text);
				JsonFields.of(error).set(name, own);
				fields.set(name, text.equals(own) ? null : text);
			}
		}
		return outcome.error((error != null) ? error.build() : null).build();
	}

	private TinyFishStreamParseException unreadable(String message, byte[] buffer, int offset, int length,
			@Nullable JacksonException cause) {
		String line = new String(buffer, offset, Math.min(length, MAX_LINE_BYTES), StandardCharsets.UTF_8);
		return new TinyFishStreamParseException(message, line, cause, this.runId);
	}

	private static @Nullable String text(JsonParser parser) {
		JsonToken token = parser.currentToken();
		if (token == JsonToken.VALUE_STRING || token.isNumeric()) {
			return parser.getString();
		}
		parser.skipChildren();
		return null;
	}

	private static @Nullable String runId(JsonParser parser) {
		String id = nonBlank(text(parser));
		return (id != null) ? RunIds.bounded(id) : null;
	}

	private static @Nullable String nonBlank(@Nullable String text) {
		return (text != null && !text.isBlank()) ? text : null;
	}

	private static @Nullable String orElse(@Nullable String text, @Nullable String other) {
		return (text != null) ? text : other;
	}

}
