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
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The section about ahead-of-time processing: its build is that of the sample, and it
 * lists the properties that have no effect at run time.
 */
class NativePageTests {

	private static final Path PAGE = Documents.PAGES.resolve("production.md");

	@Test
	void buildIsThatOfTheSample() throws IOException {
		List<String> builds = Documents.blocks(PAGE, "xml");
		assertThat(builds).hasSize(2);
		assertThat(Files.readString(Documents.ROOT.resolve("sample-app/pom.xml")).replaceAll("\\s", ""))
			.contains("<id>aot</id>", builds.get(1).replaceAll("\\s", ""));
	}

	@Test
	void propertiesThatAreConditionsAreListed() throws IOException {
		Stream<String> conditions = ImportCandidates.load(AutoConfiguration.class, getClass().getClassLoader())
			.getCandidates()
			.stream()
			.filter((name) -> name.startsWith("ai.tinyfish."))
			.map((name) -> ClassUtils.resolveClassName(name, null))
			.flatMap((type) -> Stream.concat(Stream.of(type), Stream.of(type.getDeclaredClasses())))
			.flatMap((type) -> Stream.of(type.getAnnotationsByType(ConditionalOnBooleanProperty.class)))
			.flatMap((condition) -> Stream.of(condition.name(), condition.value()))
			.flatMap(Stream::of)
			.distinct();
		assertThat(conditions)
			.containsExactlyInAnyOrderElementsOf(Documents.find(Files.readString(PAGE), "(?m)^\\* `([a-z.]+)`$"));
	}

}
