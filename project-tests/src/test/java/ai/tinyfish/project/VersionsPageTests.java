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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The documents name the versions of the build.
 */
class VersionsPageTests {

	private static final Path PAGE = Documents.PAGES.resolve("compatibility.md");

	private static final String PROPERTY = "<([a-z-]+\\.version)>([^<]+)<";

	private static final String ROW = "(?m)^\\| `([a-z-]+\\.version)` \\| (\\S+) \\|";

	@Test
	void chosenVersionsAreThoseOfTheBuild() throws IOException {
		String pom = Files.readString(Documents.ROOT.resolve("pom.xml"));
		Map<String, String> chosen = versions(PROPERTY, pom.substring(0, pom.indexOf("</properties>")));
		chosen.remove("java.version");
		assertThat(chosen).isNotEmpty().isEqualTo(versions(ROW, Files.readString(PAGE)));
	}

	@Test
	void testedVersionsAreThoseOfTheBuild() throws IOException {
		String page = Files.readString(PAGE);
		String readme = Files.readString(Documents.README);
		assertThat(builtWith("pom.xml", "spring-boot.version")).hasSize(2)
			.allSatisfy((version) -> assertThat(List.of(page, readme))
				.allSatisfy((document) -> assertThat(document).contains(version + " on JDK")));
		assertThat(builtWith("kotlin-tests/pom.xml", "kotlin.version")).hasSize(2)
			.allSatisfy((version) -> assertThat(page).contains(version));
	}

	@Test
	void nettyVersionsThatThePageRecommendsAreTested() throws IOException {
		List<String> tested = new ArrayList<>(builtWith("pom.xml", "netty.version"));
		String canary = Files.readString(Documents.ROOT.resolve(".ci/canary"));
		tested.addAll(List.of(Documents.find(canary, "nettys=\\(([^)]+)\\)").get(0).split(" ")));
		String page = Files.readString(PAGE);
		assertThat(Documents.find(page, "(?m)^\\| (4\\.[^|]*\\.Final) \\|")
			.stream()
			.flatMap((row) -> Stream.of(row.split(", ")))).containsExactlyInAnyOrderElementsOf(tested);
		assertThat(Documents.find(page, "<netty.version>([^<]+)<")).containsExactly(Collections.max(tested));
	}

	@Test
	void bugsAreReportedWithTheVersionOfTheBuild() throws IOException {
		assertThat(Files.readString(Documents.ROOT.resolve(".github/ISSUE_TEMPLATE/bug.yml")))
			.contains("Spring Boot " + builtWith("pom.xml", "spring-boot.version").get(0));
	}

	private static List<String> builtWith(String pom, String property) throws IOException {
		return Documents.find(Files.readString(Documents.ROOT.resolve(pom)), "<" + property + ">([^<]+)<");
	}

	private static Map<String, String> versions(String pattern, String text) {
		Map<String, String> versions = new TreeMap<>();
		Pattern.compile(pattern)
			.matcher(text)
			.results()
			.forEach((match) -> versions.put(match.group(1), match.group(2)));
		return versions;
	}

}
