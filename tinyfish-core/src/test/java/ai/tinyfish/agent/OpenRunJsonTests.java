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

package ai.tinyfish.agent;

import java.time.Duration;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the JSON, the builder and the description of an {@link OpenRun}.
 */
class OpenRunJsonTests {

	private static final OpenRun RUN = OpenRun.builder()
		.runId("run-1")
		.operation("agent.run")
		.agentInterface("ai.tinyfish.Shop")
		.agentMethod("books")
		.tag("order-42")
		.host("shop.example")
		.age(Duration.ofMillis(1500))
		.lastStep("Reading the page")
		.state(OpenRun.State.STREAMING)
		.build();

	static Stream<JsonMapper> mappers() {
		return Stream.of(JsonMapper.shared(),
				JsonMapper.builder()
					.propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
					.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
					.build());
	}

	@ParameterizedTest
	@MethodSource("mappers")
	void comesBackEqualFromJson(JsonMapper mapper) {
		for (OpenRun run : new OpenRun[] { RUN, OpenRun.builder().build() }) {
			String json = mapper.writeValueAsString(run);
			assertThat(mapper.readValue(json, OpenRun.class)).as(json).isEqualTo(run).hasSameHashCodeAs(run);
		}
	}

	@Test
	void theNamesInJsonAreThoseOfTheAccessors() {
		assertThat(JsonMapper.shared().valueToTree(RUN).propertyNames()).containsExactly("runId", "operation",
				"agentInterface", "agentMethod", "tag", "host", "age", "lastStep", "state");
	}

	@Test
	void aMapperThatSeesFieldsOfObjectsChangesNothing() {
		JsonMapper mapper = JsonMapper.builder()
			.changeDefaultVisibility((visibility) -> visibility.withFieldVisibility(Visibility.ANY))
			.build();
		String json = mapper.writeValueAsString(RUN);
		assertThat(json).isEqualTo(JsonMapper.shared().writeValueAsString(RUN));
		assertThat(mapper.readValue(json, OpenRun.class)).isEqualTo(RUN);
		assertThat(mapper.readValue("{\"fields\":{\"runId\":\"run-2\"}}", OpenRun.class))
			.isEqualTo(OpenRun.builder().build());
	}

	@Test
	void aBuilderKeepsAllValuesAndChangesOne() {
		assertThat(RUN.toBuilder().build()).isEqualTo(RUN);
		assertThat(RUN.toBuilder().tag(null).build()).isNotEqualTo(RUN)
			.extracting(OpenRun::tag, OpenRun::lastStep)
			.containsExactly(null, "Reading the page");
		assertThat(OpenRun.builder().build()).extracting(OpenRun::operation, OpenRun::age, OpenRun::state)
			.containsExactly("", Duration.ZERO, OpenRun.State.WAITING);
	}

	@Test
	void isDescribedInOneLine() {
		assertThat(RUN).hasToString("OpenRun[runId=run-1, operation=agent.run, agentInterface=ai.tinyfish.Shop, "
				+ "agentMethod=books, tag=order-42, host=shop.example, age=PT1.5S, lastStep=Reading the page, "
				+ "state=STREAMING]");
	}

}
