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

package ai.tinyfish.prices;

import java.util.Map;

import ai.tinyfish.simulator.CassetteFilter;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

@TestConfiguration(proxyBeanMethods = false)
class RecordingsConfiguration {

	@Bean
	CassetteFilter cassetteFilter() {
		return (fields) -> {
			fields.computeIfPresent("goal",
					(name, goal) -> goal.toString().replaceAll("\\d{4}-\\d{2}-\\d{2}", "TODAY"));
			if (fields.get("result") instanceof Map<?, ?> result) {
				result.remove("customer");
			}
		};
	}

}
