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

package ai.tinyfish.internal.webagent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import org.springframework.core.io.ClassPathResource;
import org.springframework.util.ResourceUtils;

/**
 * Resource that contains a goal.
 */
final class GoalResource {

	private static final String BYTE_ORDER_MARK = "\ufeff";

	private GoalResource() {
	}

	/**
	 * Read the text of a resource.
	 * @param location the location on the class path
	 * @param agentType the interface, whose class loader finds it
	 * @return the text, without white space at its end
	 * @throws DeclarationException if it cannot be read
	 */
	static String read(String location, Class<?> agentType) {
		if (!location.startsWith(ResourceUtils.CLASSPATH_URL_PREFIX)) {
			throw new DeclarationException("the resource '" + location + "' is not on the class path",
					"Write its location as in classpath:goals/price.txt");
		}
		String path = location.substring(ResourceUtils.CLASSPATH_URL_PREFIX.length());
		try {
			byte[] bytes = new ClassPathResource(path, agentType.getClassLoader()).getContentAsByteArray();
			String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
			return (text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text).stripTrailing();
		}
		catch (IOException ex) {
			throw new DeclarationException(
					"the resource '" + location + "' cannot be read as text in UTF-8 (" + ex.getMessage() + ")",
					"Put the file there, in UTF-8", ex);
		}
	}

}
