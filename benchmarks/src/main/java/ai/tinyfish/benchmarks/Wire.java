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

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The bytes that the server sends.
 */
final class Wire {

	static final String API_KEY = "sk-tinyfish-benchmarks";

	static final String URL = "https://shop.example/kettles?page=1";

	static final String STREAM_PATH = "/v1/automation/run-sse";

	static final String BATCH_PATH = "/v1/runs/batch";

	static final String RUN_ID = runId(0);

	/** How many steps the run has that one can get. */
	static final int STEPS = 5;

	private static final Instant BEGIN = Instant.parse("2026-03-01T09:30:00.123Z");

	private static final String[] PURPOSES = { "Opening the start page of the shop and waiting until it has loaded",
			"Dismissing the cookie banner", "Typing 'stainless steel kettle' into the search field",
			"Clicking the submit button", "Scrolling down to load more results",
			"Reading the price, the rating and the delivery time of result %d",
			"Prices are shown as \\\"€ %d,–\\\": taking the number without the currency",
			"Going to page %d of the results",
			"The page shows a spinner; waiting for the network to become idle before the table is read again",
			"Extracting the rows of the table" };

	private static final String RUN = record();

	private Wire() {
	}

	static String runId(int number) {
		return "%08x-5c1d-4e0f-9a2b-3d4e5f607182".formatted(number);
	}

	static String started(String runId) {
		return "{\"type\":\"STARTED\",\"run_id\":\"" + runId + "\",\"timestamp\":\"" + BEGIN + "\"}";
	}

	static String streamingUrl(String runId) {
		return "{\"type\":\"STREAMING_URL\",\"run_id\":\"" + runId + "\",\"streaming_url\":\"https://live.example/"
				+ runId + "/stream/0\",\"timestamp\":\"" + BEGIN.plusMillis(850) + "\"}";
	}

	static String progress(String runId, int index) {
		String purpose = PURPOSES[index % PURPOSES.length].formatted(index % 1000);
		String api = (index % 20 == 19) ? "\"tinyfish_api\":\"search\"," : "";
		return "{\"type\":\"PROGRESS\",\"run_id\":\"" + runId + "\",\"purpose\":\"" + purpose + "\"," + api
				+ "\"timestamp\":\"" + BEGIN.plusMillis(1_717L * index + 1) + "\"}";
	}

	static String complete(String runId) {
		return "{\"type\":\"COMPLETE\",\"run_id\":\"" + runId + "\",\"status\":\"COMPLETED\",\"result\":"
				+ "{\"product\":\"Kettle, 1.7 l\",\"price\":\"39.90\",\"in_stock\":true},\"timestamp\":\""
				+ BEGIN.plusSeconds(95) + "\"}";
	}

	static String run(String runId) {
		return RUN.replace("RUN_ID", runId);
	}

	/**
	 * The answer to the call for many runs.
	 */
	static String batch(List<String> runIds) {
		return runIds.stream().map(Wire::run).collect(Collectors.joining(",", "{\"data\":[", "],\"not_found\":null}"));
	}

	private static String record() {
		return """
				{"run_id":"RUN_ID","status":"COMPLETED","goal":"Find the cheapest kettle","created_at":"2026-03-01T09:29:58Z",\
				"started_at":"2026-03-01T09:30:00.123Z","finished_at":"2026-03-01T09:31:35.123Z","num_of_steps":%d,\
				"result":{"product":"Kettle, 1.7 l","price":"39.90","in_stock":true},"schema_validation":null,\
				"error":null,"streaming_url":null,"browser_config":{"proxy_enabled":false,"proxy_country_code":null},\
				"video_url":"https://media.example/recording.webm?signature=0123456789abcdef",\
				"steps":[%s]}"""
			.formatted(STEPS, String.join(",", steps()));
	}

	private static List<String> steps() {
		List<String> steps = new ArrayList<>();
		for (int i = 0; i < STEPS; i++) {
			steps.add(
					"{\"id\":\"step-%d\",\"timestamp\":\"%s\",\"status\":\"COMPLETED\",\"action\":\"%s\",\"screenshot\":null,\"duration\":\"1.2s\"}"
						.formatted(i, BEGIN.plusSeconds(i * 17L), PURPOSES[i]));
		}
		return steps;
	}

	/**
	 * Events as they are framed in a stream.
	 */
	static byte[] frames(List<String> events) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		for (String event : events) {
			bytes.writeBytes(("data: " + event + "\n\n").getBytes(StandardCharsets.UTF_8));
		}
		return bytes.toByteArray();
	}

	/**
	 * One chunk of a chunked body.
	 */
	static byte[] chunk(byte[] content) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		bytes.writeBytes((Integer.toHexString(content.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
		bytes.writeBytes(content);
		bytes.writeBytes(new byte[] { '\r', '\n' });
		return bytes.toByteArray();
	}

	/**
	 * PROGRESS events as the chunks of a body.
	 * @param from the first event
	 * @param to behind the last event
	 * @param perChunk how many events are in one chunk
	 */
	static byte[] progressChunks(String runId, int from, int to, int perChunk) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		for (int i = from; i < to; i += perChunk) {
			List<String> events = new ArrayList<>();
			for (int j = i; j < Math.min(to, i + perChunk); j++) {
				events.add(progress(runId, j));
			}
			bytes.writeBytes(chunk(frames(events)));
		}
		return bytes.toByteArray();
	}

}
