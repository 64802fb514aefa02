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

package ai.tinyfish.run;

import java.util.Locale;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RunStatus} and {@link ErrorCategory}.
 */
class RunStatusTests {

	@ParameterizedTest
	@EnumSource(RunStatus.class)
	void readsItsOwnNamesInAnyCase(RunStatus status) {
		assertThat(RunStatus.of(status.name())).isEqualTo(status);
		assertThat(RunStatus.of(" " + status.name().toLowerCase(Locale.ROOT))).isEqualTo(status);
	}

	@Test
	void readsAnythingElseAsUnknown() {
		assertThat(RunStatus.of(null)).isEqualTo(RunStatus.UNKNOWN);
		assertThat(RunStatus.of("")).isEqualTo(RunStatus.UNKNOWN);
		assertThat(RunStatus.of("PAUSED")).isEqualTo(RunStatus.UNKNOWN);
	}

	@ParameterizedTest
	@CsvSource({ "PENDING,false", "RUNNING,false", "COMPLETED,true", "FAILED,true", "CANCELLED,true", "UNKNOWN,false" })
	void saysWhetherTheRunHasEnded(RunStatus status, boolean terminal) {
		assertThat(status.isTerminal()).isEqualTo(terminal);
	}

	@ParameterizedTest
	@EnumSource(ErrorCategory.class)
	void readsCategoriesInAnyCase(ErrorCategory category) {
		assertThat(ErrorCategory.of(category.name())).isEqualTo(category);
		assertThat(ErrorCategory.of(category.name().toLowerCase(Locale.ROOT))).isEqualTo(category);
	}

	@Test
	void readsAnyOtherCategoryAsUnknown() {
		assertThat(ErrorCategory.of(null)).isEqualTo(ErrorCategory.UNKNOWN);
		assertThat(ErrorCategory.of("WEATHER")).isEqualTo(ErrorCategory.UNKNOWN);
	}

}
