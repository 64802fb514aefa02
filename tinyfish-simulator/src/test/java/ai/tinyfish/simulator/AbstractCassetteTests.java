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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import ai.tinyfish.simulator.testing.Api;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.io.TempDir;

/**
 * Base class of tests with a simulator that replays a cassette.
 */
abstract class AbstractCassetteTests {

	static final String REQUEST = "{\"url\": \"https://shop.example/phones?page=2\", \"goal\": \"Find the price\"}";

	static final String PRICE = """
			{"request": %s, "status": "COMPLETED", "result": {"price": 640},
				"events": [{"type": "PROGRESS", "purpose": "Open"}, {"type": "PROGRESS", "purpose": "Read the price"}],
				"steps": [{"action": "Open the shop"}, {"action": "Read"}]}""".formatted(REQUEST);

	static final CassetteFilter NO_FILTER = (fields) -> {
	};

	@TempDir
	Path directory;

	@AutoClose
	TinyFishSimulator simulator;

	Api api;

	Object price() {
		return post(REQUEST).object("result").get("price");
	}

	Api.Reply post(String body) {
		return this.api.post("/v1/automation/run", body);
	}

	void replay(String... runs) throws IOException {
		write(runs);
		start(TinyFishSimulator.builder().cassette(file()));
	}

	void record(CassetteRecorder recorder) {
		start(TinyFishSimulator.builder().cassette(file(), NO_FILTER, recorder));
	}

	void write(String... runs) throws IOException {
		Files.writeString(file(), "{\"version\": 1, \"runs\": [" + String.join(", ", runs) + "]}");
	}

	Path file() {
		return this.directory.resolve("prices.json");
	}

	void start(TinyFishSimulatorBuilder builder) {
		if (this.simulator != null) {
			this.simulator.close();
		}
		this.simulator = builder.pace(Duration.ZERO).start();
		this.api = new Api(this.simulator);
	}

}
