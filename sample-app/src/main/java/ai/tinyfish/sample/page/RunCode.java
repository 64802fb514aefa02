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

	private static final String INDENT = " ".repeat(16);

	private RunCode() {
	}

	/**
	 * Return a program that starts the run, with the key of its environment.
	 * @param schema the output schema, or null
	 */
	static String java(String url, String goal, @Nullable Object schema) {
		boolean typed = schema != null;
		String outputSchema = (schema != null) ? schema(schema) : "";
		return """
				%simport ai.tinyfish.TinyFishClient;
				import ai.tinyfish.agent.AgentRequest;
				import ai.tinyfish.run.AgentRun;
				%s
				public class Example {

				    public static void main(String[] args) {
				        String key = System.getenv("TINYFISH_API_KEY");
				        try (TinyFishClient tinyFish = TinyFishClient.builder().apiKey(key).build()) {
				            AgentRequest request = AgentRequest.builder()
				                .url(%s)
				                .goal(%s)
				%s                .build();
				            AgentRun run = tinyFish.agent().run(request);
				            System.out.println(run.result().json());
				        }
				    }

				}""".formatted(typed ? "import java.util.Map;\n\n" : "",
				typed ? "import tools.jackson.databind.json.JsonMapper;\n" : "", JSON.writeValueAsString(url),
				JSON.writeValueAsString(goal), outputSchema);
	}

	/**
	 * Return the line that sets the schema, as a text block: JSON has no three quotes in
	 * a row.
	 */
	private static String schema(Object schema) {
		String json = pretty(schema).replace("\\", "\\\\").indent(INDENT.length()).stripTrailing();
		return INDENT + ".outputSchema(JsonMapper.shared().readValue(\"\"\"\n" + json + "\"\"\", Map.class))\n";
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
				  -d '%s'""".formatted(TinyFishClient.DEFAULT_BASE_URL, pretty(body).replace("'", "'\\''"));
	}

	private static String pretty(Object json) {
		return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json).replace("\r\n", "\n");
	}

}
