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
package ai.tinyfish.internal.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ai.tinyfish.run.AgentRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link JsonMap}, as runs have it.
 */
class JsonMapTests {

	private static final JsonMapper PLAIN_NUMBERS = JsonMapper.builder()
		.enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
		.build();

	@Test
	void valuesArePlain() {
		Map<String, ?> values = read("""
				"map":{"a":[1,null]},"text":"ä","long":5000000000,"huge":99999999999999999999,"flag":true,"price":1.10,
				"nothing":null""");
		assertThat(values).containsOnlyKeys("map", "text", "long", "huge", "flag", "price", "nothing");
		assertThat(values.get("map")).hasToString("{a=[1, null]}");
		assertThat(values.get("text")).isEqualTo("ä");
		assertThat(values.get("long")).isEqualTo(5_000_000_000L);
		assertThat(values.get("huge")).isEqualTo(new BigInteger("99999999999999999999"));
		assertThat(values.get("flag")).isEqualTo(true);
		assertThat(values.get("price")).isEqualTo(new BigDecimal("1.10"));
		assertThat(values.get("nothing")).isNull();
		assertThat(values.get("absent")).isNull();
		assertThat(new ArrayList<>(values.values())).hasSize(7);
	}

	@Test
	void aValueIsParsedWhenItIsRead() {
		Map<String, ?> values = read("\"list\":[[]]");
		assertThat(values.get("list")).isEqualTo(values.get("list")).isNotSameAs(values.get("list"));
	}

	@Test
	void nothingIsCutOrLeftOut() {
		String text = "x".repeat(3_000_000);
		String many = "0,".repeat(200_000) + "0";
		Map<String, ?> values = read("\"text\":\"%s\",\"many\":[%s],\"last\":1".formatted(text, many));
		assertThat(values.get("text")).isEqualTo(text);
		assertThat((List<?>) values.get("many")).hasSize(200_001);
		assertThat(values.get("last")).isEqualTo(1);
	}

	@Test
	void theMapCannotBeChanged() {
		Map<String, Object> values = run("\"a\":1").additionalProperties();
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> values.put("b", 2));
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> values.keySet().clear());
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> values.values().clear());
	}

	@ParameterizedTest
	@CsvSource({ "1e9999,true", "1e-9999,true", "1e10000,false", "1e-10000,false", "-1e10000,false", "1.5,true",
			"1e99999999999,false" })
	void aNumberThatMappersRefuseToWriteOutIsAText(String number, boolean kept) {
		AgentRun run = run("\"n\":" + number);
		assertThat(run.additionalProperties().get("n")).isEqualTo(kept ? new BigDecimal(number) : number);
		assertThat(PLAIN_NUMBERS.writeValueAsString(run))
			.contains("\"n\":" + (kept ? new BigDecimal(number).toPlainString() : "\"" + number + "\""));
	}

	private static Map<String, ?> read(String properties) {
		return run(properties).additionalProperties();
	}

	private static AgentRun run(String properties) {
		String json = "{\"run_id\":\"r\",\"status\":\"COMPLETED\"," + properties + "}";
		return Json.read(json.getBytes(StandardCharsets.UTF_8), AgentRun.class);
	}

}
