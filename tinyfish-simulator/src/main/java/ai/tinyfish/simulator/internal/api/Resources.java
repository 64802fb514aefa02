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

package ai.tinyfish.simulator.internal.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Files of the simulator's jar.
 */
public final class Resources {

	private Resources() {
	}

	/**
	 * Read a file.
	 * @param owner the class beside which it is
	 */
	public static byte[] bytes(Class<?> owner, String name) {
		try (InputStream content = Objects.requireNonNull(owner.getResourceAsStream(name), name)) {
			return content.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Read a text.
	 * @param owner the class beside which it is
	 */
	public static String text(Class<?> owner, String name) {
		// a checkout on Windows has other line ends
		return new String(bytes(owner, name), StandardCharsets.UTF_8).replace("\r\n", "\n");
	}

}
