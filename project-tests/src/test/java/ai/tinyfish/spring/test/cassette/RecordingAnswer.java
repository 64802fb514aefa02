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

package ai.tinyfish.spring.test.cassette;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentOperations;
import ai.tinyfish.error.TinyFishException;
import org.mockito.Answers;
import org.mockito.Mockito;

import org.springframework.mock.env.MockEnvironment;

/**
 * Answer of recordings to the question whether a run may exist.
 */
public final class RecordingAnswer {

	private static final byte[] BODY = "{\"url\":\"https://example.com\",\"goal\":\"Read it\"}"
		.getBytes(StandardCharsets.UTF_8);

	private RecordingAnswer() {
	}

	/**
	 * Return whether the client whose run is recorded receives a response after which a
	 * run may exist: its code is that of a run.
	 */
	public static boolean mayHaveStartedRun(TinyFishException failure, Path directory) {
		AgentOperations agent = Mockito.mock(AgentOperations.class);
		Mockito.when(agent.stream(Mockito.any())).thenThrow(failure);
		TinyFishClient client = Mockito.mock(TinyFishClient.class);
		Mockito.when(client.agent()).thenReturn(agent);
		TinyFishClient.Builder builder = Mockito.mock(TinyFishClient.Builder.class, Answers.RETURNS_SELF);
		Mockito.when(builder.build()).thenReturn(client);
		try (CassetteRecording recording = new CassetteRecording(new CassetteFile(directory.resolve("runs.json")),
				(fields) -> {
				}, new RecordingClients(new MockEnvironment(), () -> builder, () -> null), Map.of())) {
			String entry = recording.record("sk-key", BODY, Map.of("goal", "Read it")).entry().join();
			return CassetteFile.JSON.readTree(entry).path("refusal").path("code").asString("").equals("TASK_FAILED");
		}
	}

}
