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

package ai.tinyfish.spring.boot.autoconfigure.diagnostics;

import org.jspecify.annotations.Nullable;

/**
 * Exception for a property that is not valid, or for a bean in its place. The value is
 * not kept, since it may be a secret.
 *
 * @since 0.1.0
 */
public final class TinyFishConfigurationException extends RuntimeException {

	private final String subject;

	private final @Nullable String property;

	private final String reason;

	/**
	 * Create a new exception for a property.
	 * @param property the name of the property
	 * @param reason the problem with its value, which it does not show
	 */
	public TinyFishConfigurationException(String property, String reason) {
		this("property '" + property + "'", property, reason);
	}

	private TinyFishConfigurationException(String subject, @Nullable String property, String reason) {
		super("The " + subject + " is not valid: " + reason);
		this.subject = subject;
		this.property = property;
		this.reason = reason;
	}

	/**
	 * Create a new exception for a {@code TinyFishConnectionDetails} bean.
	 * @param reason the problem with the bean, without its key
	 * @return the exception
	 */
	public static TinyFishConfigurationException ofConnectionDetails(String reason) {
		return new TinyFishConfigurationException("TinyFishConnectionDetails bean", null, reason);
	}

	/**
	 * Return a description of the property or bean that is not valid.
	 */
	String subject() {
		return this.subject;
	}

	/**
	 * Return the name of the property, or null for a bean.
	 */
	@Nullable String property() {
		return this.property;
	}

	String reason() {
		return this.reason;
	}

}
