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

import java.math.BigDecimal;
import java.time.Instant;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.run.RunResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Card} and what it shows.
 */
class CardTests {

	@Test
	void waitInLineHasAClockOfItsOwn() {
		Card card = new Card("id", "https://books.example", "Read");
		assertThat(card.getState()).isEqualTo(CardState.WAITING);
		assertThat(card.getTimes().getText()).matches("queued here for \\d+\\.\\d s");
		assertThat(card.getTimes().getRan()).isNull();
		card.started("run-1");
		assertThat(card.getState()).isEqualTo(CardState.RUNNING);
		assertThat(card.getTimes().getText()).matches("\\d+\\.\\d s");
	}

	@ParameterizedTest
	@EnumSource(Preset.class)
	void goalsOfPresetsHaveNoMarks(Preset preset) {
		assertThat(preset.goal()).doesNotContain("[");
	}

	@ParameterizedTest
	@CsvSource({ "7, 7.00", "0.005, 0.01", "1E+3, 1000.00", "1E+999999999, 1E+999999999", "1E-999999999, 1E-999999999",
			"123456789012345678901, 12345678901234567890\u2026" })
	void priceIsWrittenInAShortTime(BigDecimal price, String text) {
		assertThat(Answer.price(price)).isEqualTo(text);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ",", " , ", "a b", "1st", "a,b,c,d,e,f,g,h,i" })
	void fieldsAreOneToEightNames(String fields) {
		assertThatIllegalArgumentException().isThrownBy(() -> Answer.FIELDS.addTo(AgentRequest.builder(), fields))
			.withMessageContaining("The fields must be 1 to 8 names");
	}

	@Test
	void timesThatCannotBeAreShown() {
		assertThat(CardTimes.seconds(CardTimes.between(Instant.EPOCH, Instant.MAX))).matches("\\d+\\.\\d s");
		assertThat(CardTimes.seconds(CardTimes.between(Instant.MAX, Instant.MIN))).isEqualTo("0.0 s");
	}

	/**
	 * A reader of JSON refuses numbers with more than 1,000 digits.
	 */
	@Test
	void resultThatIsNotReadIsShownAsItIs() {
		String json = "[" + "9".repeat(2000) + "]";
		assertThat(CardOutcome.pretty(RunResult.ofJson(json))).isEqualTo(json);
	}

}
