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

package ai.tinyfish.spring.boot.actuate;

import java.util.Map;
import java.util.function.Predicate;

/**
 * Strategy interface for a part of the actuator endpoint {@code tinyfish}, as a bean.
 *
 * @since 0.1.0
 */
public interface TinyFishEndpointContributor {

	/**
	 * Return the name of the part.
	 * @return the name, such as {@code durable}
	 */
	String name();

	/**
	 * Return the details, which the endpoint writes as JSON. Called for each request of
	 * the endpoint.
	 * @return the details, without secrets
	 */
	Map<String, ?> details();

	/**
	 * Return the actions that a write to the endpoint carries out, such as pausing
	 * something. Called once.
	 * @return the actions by name, which no other contributor may use. Each receives the
	 * id of an object, and returns false if there is no such object. If it throws an
	 * {@link IllegalStateException}, the endpoint answers that it was refused, with the
	 * message
	 */
	default Map<String, Predicate<String>> actions() {
		return Map.of();
	}

}
