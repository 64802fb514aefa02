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

package ai.tinyfish.project;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Holds {@code docs/types.md} to the Javadoc of the types.
 */
class TypesReferenceTests {

	private static final Path PAGE = Documents.PAGES.resolve("types.md");

	private static final String UPDATE = "tinyfish.docs.update";

	@TempDir
	private Path directory;

	@Test
	void pageSaysWhatTheJavadocSays() throws IOException {
		String page = TypesReference.render(SourceTypes.ofAllModules());
		if (Boolean.getBoolean(UPDATE)) {
			Files.writeString(PAGE, page);
		}
		assertThat(Files.readString(PAGE)).as("""
				docs/types.md, which is written anew by: \
				mvn -pl project-tests -am test -Dtest=TypesReferenceTests \
				-Dsurefire.failIfNoSpecifiedTests=false -D%s=true""", UPDATE).isEqualToNormalizingNewlines(page);
	}

	@Test
	void propertyOfAResponseHasItsJsonNameAndSaysWhenItIsNull() throws IOException {
		assertThat(render("""
				/**
				 * A finding. It may have more.
				 *
				 * @param foundAt when it was found, or null if the service does not say
				 */
				public record Type(@JsonProperty("found_at") @Nullable Instant foundAt) {

				}
				""")).contains("""
				### Type

				A finding.

				| property | JSON | type | null | meaning |
				|---|---|---|---|---|
				| `foundAt` | `found_at` | `Instant` | if the service does not say | When it was found. |
				""");
	}

	@Test
	void propertyOfARequestIsThatOfItsBuilder() throws IOException {
		assertThat(render("""
				/**
				 * A request.
				 */
				public final class TypeRequest {

					/**
					 * Builds it.
					 */
					public static final class Builder {

						/**
						 * Set the largest number of results.
						 * @param limit from 1 to 10, or null for 5
						 * @return this builder
						 */
						public Builder limit(@Nullable Integer limit) {
							return this.fields.set("max_results", limit);
						}

					}

				}
				""")).contains("| `limit` | `max_results` | `Integer` | for 5 | "
				+ "The largest number of results: from 1 to 10. |\n");
	}

	@Test
	void valueOfAnEnumIsExplained() throws IOException {
		assertThat(render("""
				/**
				 * A kind.
				 */
				public enum Type {

					/**
					 * The first. Rarely used.
					 */
					ONE

				}
				""")).contains("| `ONE` | The first. Rarely used. |\n");
	}

	@Test
	void propertyThatIsNullWithoutAReasonIsRefused() {
		assertThatIllegalStateException().isThrownBy(() -> render("""
				/**
				 * A finding.
				 *
				 * @param name its name, or null
				 */
				public record Type(@Nullable String name) {

				}
				""")).withMessageContaining("Type.name");
	}

	private String render(String type) throws IOException {
		Path file = this.directory.resolve("Type.java");
		Files.writeString(file, "package ai.tinyfish.search;\n\n" + type);
		return TypesReference.render(SourceTypes.of(List.of(file)));
	}

}
