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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Component;

/**
 * The essential files of the application, which the build copies into its resources.
 */
@Component
class CodeAtWork {

	private final List<SourceFile> files = List.of(read("The listener", "code/RunLog.java"),
			read("The agent of the first run", "code/Shop.java"), read("The controller", "code/ShopController.java"),
			read("The settings", "application.yaml"));

	List<SourceFile> files() {
		return this.files;
	}

	private static SourceFile read(String about, String path) {
		try {
			ClassPathResource resource = new ClassPathResource(path);
			String text = resource.getContentAsString(StandardCharsets.UTF_8);
			// it begins with the code: after the license, the imports and the Javadoc of
			// the type
			String code = text.replaceFirst("(?s)\\A/\\*.*\\nimport [^\\n]*\\n+(?:/\\*\\*.*?\\*/\\n)?", "")
				.replace("\t", "    ")
				.strip();
			return new SourceFile(about, Objects.requireNonNull(resource.getFilename()), code);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A file.
	 *
	 * @param about its part in a run
	 * @param name its name
	 * @param code its code
	 */
	record SourceFile(String about, String name, String code) {

		public List<Syntax.Part> parts() {
			return Syntax.of(this.code);
		}

	}

}
