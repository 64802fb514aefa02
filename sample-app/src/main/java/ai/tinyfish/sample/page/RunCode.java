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

package ai.tinyfish.sample.page;

import java.util.LinkedHashMap;
import java.util.Map;

import ai.tinyfish.TinyFishClient;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Request of a run as code, in which no text can end the literal that it stands in.
 */
final class RunCode {

	/** Its texts are those of Java, too. */
	private static final JsonMapper JSON = JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

	private RunCode() {
	}

	/**
	 * Return statements that start the run by a client named {@code tinyFish}.
	 * @param schema the output schema, or null
	 */
	static String java(String url, String goal, @Nullable Object schema) {
		StringBuilder code = new StringBuilder("AgentRequest request = AgentRequest.builder()\n");
		code.append("    .url(").append(literal(url)).append(")\n");
		code.append("    .goal(").append(literal(goal)).append(")\n");
		if (schema != null) {
			code.append("    .outputSchema(JsonMapper.shared().readValue(\n        ")
				.append(literal(JSON.writeValueAsString(schema)))
				.append(", Map.class))\n");
		}
		return code.append("    .build();\nAgentRun run = tinyFish.agent().run(request);\n")
			.append("System.out.println(run.result().json());")
			.toString();
	}

	private static String literal(String text) {
		return JSON.writeValueAsString(text);
	}

	/**
	 * Return a command for a shell that has the key in its environment.
	 * @param schema the output schema, or null
	 */
	static String curl(String url, String goal, @Nullable Object schema) {
		Map<String, Object> body = new LinkedHashMap<>(Map.of("url", url));
		body.put("goal", goal);
		if (schema != null) {
			body.put("output_schema", schema);
		}
		return """
				curl %s/v1/automation/run \\
				  -H "X-API-Key: $TINYFISH_API_KEY" \\
				  -H 'Content-Type: application/json' \\
				  -d '%s'""".formatted(TinyFishClient.DEFAULT_BASE_URL,
				JSON.writeValueAsString(body).replace("'", "'\\''"));
	}

}
