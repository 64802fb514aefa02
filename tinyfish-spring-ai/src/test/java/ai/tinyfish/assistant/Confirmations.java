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

package ai.tinyfish.assistant;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

@Component
class Confirmations {

	private final Map<String, String> asked = new ConcurrentHashMap<>();

	private final Map<String, String> confirmed = new ConcurrentHashMap<>();

	@Nullable String asked(String user) {
		return this.asked.get(user);
	}

	void confirm(String user, String call) {
		this.confirmed.put(user, call);
	}

	boolean use(String user, String call) {
		this.asked.put(user, call);
		return this.confirmed.remove(user, call);
	}

}
