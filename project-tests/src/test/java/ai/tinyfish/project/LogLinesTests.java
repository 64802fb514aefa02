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
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import ai.tinyfish.support.RunLog;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Lines of the log that name a run have it in the MDC as well ({@link RunLog}).
 */
class LogLinesTests {

	private static final Pattern LINE = Pattern.compile("logger[^;]*?\\b[Rr]un \\{}");

	private static final Pattern METHOD = Pattern.compile("\n\t\\w[^\n;=]* (\\w+)\\(");

	@Test
	void linesThatNameARunHaveItInTheMdc() throws IOException {
		List<String> without = new ArrayList<>();
		int lines = 0;
		for (Path source : sources()) {
			String code = Files.readString(source);
			Matcher line = LINE.matcher(code);
			while (line.find()) {
				lines++;
				MatchResult method = METHOD.matcher(code.substring(0, line.start()))
					.results()
					.reduce((a, b) -> b)
					.get();
				// or the method is an action about the run
				Pattern action = Pattern.compile("about\\([^;]*?\\b" + method.group(1) + "\\(");
				if (!code.substring(method.start(), line.end()).contains("about(") && !action.matcher(code).find()) {
					without.add(source + ": " + line.group());
				}
			}
		}
		assertThat(lines).isGreaterThan(15);
		assertThat(without).isEmpty();
	}

	private static List<Path> sources() throws IOException {
		try (Stream<Path> files = Files.find(Documents.ROOT, 30,
				(file, attributes) -> file.toString().matches(".*/tinyfish-[^/]*/src/main/.*\\.java"))) {
			return files.toList();
		}
	}

}
